//! What is said, and who answers.

use chrono::TimeDelta;
use serde_json::json;
use xin_contracts::messages::DeliverMessage;
use xin_domain::{Author, ChannelId, ChannelKind, RandomIds};
use xin_storage::tenant::{Channel, ChannelSettings};

use crate::gateway::{Business, Running, text};

#[actix_web::test]
async fn a_reply_takes_the_conversation_over_and_is_said_once() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&[]).await;
    let id = business.conversation(&site, "سلام").await;
    let path = format!("/conversations/{id}/messages");
    let body = json!({"text": " الان بررسی می‌کنم ", "client_id": "k-1"});
    let said = business.send("POST", &path, body.clone()).await;
    assert_eq!(said.status, 201, "{said:?}");
    assert_eq!(said.body["author"], "agent");
    assert_eq!(said.body["text"], "الان بررسی می‌کنم");
    assert_eq!(said.body["author_user_id"], business.me["user"]["id"]);
    assert_eq!(said.body["delivery"]["state"], "sent");
    let again = business.send("POST", &path, body).await;
    assert_eq!((again.status, &again.body), (201, &said.body));
    let messages = business.get(&path).await;
    assert_eq!(messages["items"].as_array().unwrap().len(), 2);
    // The web widget reads from us: nothing is to be delivered.
    assert!(running.outbox::<DeliverMessage>().await.is_empty());

    let shown = business.get(&format!("/conversations/{id}")).await;
    assert_eq!(
        shown["owner"],
        json!({"kind": "agent", "user_id": business.me["user"]["id"]})
    );
    assert_eq!(shown["last_message"]["text"], "الان بررسی می‌کنم");
    // Without an id of its own every reply is another one.
    for _ in 0..2 {
        let body = json!({"text": "باز هم"});
        assert_eq!(business.send("POST", &path, body).await.status, 201);
    }
    assert_eq!(
        business.get(&path).await["items"].as_array().unwrap().len(),
        4
    );
}

/// A Telegram channel, as if it were connected.
async fn telegram(business: &Business<'_>) -> ChannelId {
    use xin_domain::Clock;
    let now = business.running.clock.now();
    let channel = Channel {
        id: ChannelId::new(&RandomIds, now),
        tenant_id: business.tenant(),
        public_id: "telegram-public-id".to_owned(),
        kind: ChannelKind::Telegram,
        name: "ربات".to_owned(),
        is_active: true,
        detail: None,
        platform_account: None,
        settings: ChannelSettings::default(),
        sealed_secrets: None,
        poll_offset: 0,
        created_at: now,
        updated_at: now,
    };
    let tx = business
        .running
        .database
        .tenant(business.tenant())
        .await
        .unwrap();
    tx.channels().add(&channel).await.unwrap();
    tx.commit().await.unwrap();
    channel.id
}

#[actix_web::test]
async fn a_reply_on_an_outside_channel_is_sent_on() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let channel = telegram(&business).await;
    let id = business
        .conversation(&json!({"id": channel.to_string()}), "سلام")
        .await;
    let path = format!("/conversations/{id}/messages");
    let said = business
        .send("POST", &path, json!({"text": "بفرمایید"}))
        .await
        .body;
    assert_eq!(said["delivery"]["state"], "pending");
    let outbox = running.outbox::<DeliverMessage>().await;
    let [(envelope, command)] = outbox.as_slice() else {
        panic!("{outbox:?}")
    };
    assert_eq!(envelope.ordering_key, id.to_string());
    assert_eq!(command.message_id, said["id"]);

    assert_eq!(
        business
            .ask("DELETE", &format!("/channels/{channel}"))
            .await
            .status,
        204
    );
    let refused = business
        .send("POST", &path, json!({"text": "بفرمایید"}))
        .await;
    refused.is_problem(409, "channel_disconnected");
    assert_eq!(
        business.get(&path).await["items"].as_array().unwrap().len(),
        2
    );
}

#[actix_web::test]
async fn people_take_over_hand_back_and_resolve() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&[]).await;
    let id = business.conversation(&site, "سلام").await;
    let path = format!("/conversations/{id}");
    let change = async |step: &str| {
        let answer = business.ask("POST", &format!("{path}/{step}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    };
    let taken = change("take-over").await;
    assert_eq!(taken["owner"]["kind"], "agent");
    assert_eq!(taken["needs_human"], false);
    // A second time changes nothing: not even the time.
    running.clock.advance(TimeDelta::minutes(1));
    assert_eq!(change("take-over").await, taken);
    let back = change("hand-back").await;
    assert_eq!(back["owner"], json!({"kind": "ai"}));
    let resolved = change("resolve").await;
    assert_eq!(resolved["status"], "resolved");
    assert_eq!(
        business.get("/conversations?status=open").await["items"],
        json!([])
    );
    let listed = business.get("/conversations?status=resolved").await;
    assert_eq!(listed["items"][0]["id"], id.to_string());
}

#[actix_web::test]
async fn lists_go_on_where_they_ended() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&[]).await;
    let mut expected = Vec::new();
    for number in 0..5 {
        running.clock.advance(TimeDelta::seconds(1));
        let id = business
            .conversation(&site, &format!("پرسش {number}"))
            .await;
        expected.insert(0, id.to_string());
    }
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = business
            .get(&format!("/conversations?limit=2&after={after}"))
            .await;
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| text(&item["id"])),
        );
        if page["next"].is_null() {
            break;
        }
        after = text(&page["next"]);
    }
    assert_eq!(seen, expected);
    let item = &business.get("/conversations?limit=1").await["items"][0];
    assert_eq!(item["channel"]["name"], "سایت");
    assert_eq!(item["contact"]["display_name"], "سارا");
    assert_eq!(item["turn"], 1);
    assert_eq!(item["last_message"]["author"], "customer");
}

#[actix_web::test]
async fn messages_go_on_after_one_of_them() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&[]).await;
    let id = business.conversation(&site, "یک").await;
    business.says(id, Author::Ai, "دو").await;
    business.customer_says(id, "سه").await;
    let path = format!("/conversations/{id}/messages");
    let first = business.get(&format!("{path}?limit=2")).await;
    let rest = business
        .get(&format!("{path}?after={}", text(&first["next"])))
        .await;
    assert_eq!(rest["items"][0]["text"], "سه");
    assert_eq!(
        first["items"][1]["trace"]["model"], "hidden-model",
        "staff see how it came about"
    );
    let other = business.conversation(&site, "دیگر").await;
    let elsewhere = format!(
        "/conversations/{other}/messages?after={}",
        text(&first["next"])
    );
    business
        .ask("GET", &elsewhere)
        .await
        .is_problem(404, "not_found");
}
