//! The customer's side of the web channel.

use chrono::TimeDelta;
use serde_json::json;
use xin_contracts::inbound::Inbound;
use xin_contracts::messages::InboundReceived;
use xin_domain::{Author, ChannelKind, InboundKind};

use crate::gateway::{Answer, Running, Visitor, Wishes, text};

#[actix_web::test]
async fn a_widget_shows_the_business() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&[]).await;
    let path = format!("/widget/{}", text(&site["public_id"]));
    let shown = Answer::to(running.request("GET", &path)).await.body;
    assert_eq!(shown["name"], "فروشگاه گلستان");
    assert_eq!(shown["assistant_name"], "فروشگاه گلستان");
    assert_eq!(shown["locale"], "fa");
    assert!(!text(&shown["greeting"]).is_empty());
    let voice = json!({"assistant_name": "گلی", "greeting": "خوش آمدید"});
    assert_eq!(business.send("PUT", "/brand", voice).await.status, 200);
    let shown = Answer::to(running.request("GET", &path)).await.body;
    assert_eq!(
        (&shown["assistant_name"], &shown["greeting"]),
        (&json!("گلی"), &json!("خوش آمدید"))
    );
    for unknown in ["nothing-here", "%00", "a%2Fb", &"x".repeat(300)] {
        let answer = Answer::to(running.request("GET", &format!("/widget/{unknown}"))).await;
        answer.is_problem(404, "not_found");
    }
}

#[actix_web::test]
async fn a_message_is_published_before_it_is_acknowledged() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&[]).await;
    let visitor = Visitor::of(&running, &site).await;
    let answer = visitor.says("c-1", " هزینه ارسال چقدر است؟ ").await;
    assert_eq!(answer.status, 202, "{answer:?}");
    assert_eq!(answer.body["client_id"], "c-1");
    assert_eq!(
        answer.body["conversation_id"],
        visitor.conversation.to_string()
    );

    let outbox = running.outbox::<InboundReceived>().await;
    let [(envelope, message)] = outbox.as_slice() else {
        panic!("{outbox:?}")
    };
    assert_eq!(envelope.tenant_id, business.tenant());
    assert_eq!(envelope.ordering_key, visitor.conversation.to_string());
    let inbound = Inbound::try_from(message.clone()).unwrap();
    assert_eq!(inbound.channel_kind, ChannelKind::Web);
    assert_eq!(inbound.channel_id.to_string(), site["id"]);
    assert_eq!(inbound.client_id.as_deref(), Some("c-1"));
    let (contact, conversation) = inbound.chosen.unwrap();
    assert_eq!(conversation, visitor.conversation);
    assert_eq!(inbound.event.contact.external_id, contact.to_string());
    assert_eq!(inbound.event.external_id, format!("{contact}:c-1"));
    let said = InboundKind::Text {
        text: "هزینه ارسال چقدر است؟".to_owned(),
    };
    assert_eq!(inbound.event.kind, said);

    // A repeat has the same external id, by which it is recognised.
    visitor.says("c-1", "هزینه ارسال چقدر است؟").await;
    let ids: Vec<_> = running
        .outbox::<InboundReceived>()
        .await
        .into_iter()
        .map(|(_, message)| message.external_id)
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

#[actix_web::test]
async fn a_visitor_sees_the_thread_without_what_is_behind_it() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&[]).await;
    let visitor = Visitor::of(&running, &site).await;
    let empty = visitor.messages("").await;
    assert_eq!(empty.body, json!({"items": [], "next": null}));

    let channel = site["id"].as_str().unwrap().parse().unwrap();
    visitor.says("c-1", "x").await;
    let outbox = running.outbox::<InboundReceived>().await;
    let inbound = Inbound::try_from(outbox[0].1.clone()).unwrap();
    business
        .begin(channel, inbound.chosen.unwrap().0, visitor.conversation)
        .await;
    let first = business.customer_says(visitor.conversation, "سلام").await;
    business
        .says(visitor.conversation, Author::System, "note for staff")
        .await;
    business
        .says(visitor.conversation, Author::Ai, "بفرمایید")
        .await;

    let all = visitor.messages("").await.body;
    let authors: Vec<_> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| text(&item["author"]))
        .collect();
    assert_eq!(authors, ["customer", "ai"]);
    assert!(!all.to_string().contains("hidden-model"), "{all}");
    let page = visitor.messages("?limit=1").await.body;
    assert_eq!(page["items"][0]["id"], first.to_string());
    assert_eq!(page["next"], first.to_string());
    // A page of nothing but what visitors do not see still leads on.
    let page = visitor
        .messages(&format!("?limit=1&after={first}"))
        .await
        .body;
    assert_eq!(page["items"], json!([]));
    let page = visitor
        .messages(&format!("?after={}", text(&page["next"])))
        .await
        .body;
    assert_eq!(page["items"][0]["author"], "ai");
    assert_eq!(page["next"], json!(null));
}

#[actix_web::test]
async fn who_writes_too_much_is_asked_to_wait() {
    let wishes = Wishes {
        messages_per_minute: 3,
        ..Wishes::default()
    };
    let running = Running::with(wishes).await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&[]).await;
    let (loud, quiet) = (
        Visitor::of(&running, &site).await,
        Visitor::of(&running, &site).await,
    );
    for number in 0..3 {
        assert_eq!(loud.says(&format!("c-{number}"), "x").await.status, 202);
    }
    let refused = loud.says("c-3", "x").await;
    refused.is_problem(429, "rate_limited");
    assert!((1..=21).contains(&refused.header("retry-after").parse::<u64>().unwrap()));
    assert_eq!(quiet.says("c-0", "x").await.status, 202);
}

#[actix_web::test]
async fn a_widget_is_shown_where_its_channel_says() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&["https://shop.example"]).await;
    let path = format!("/widget/{}/visitors", text(&site["public_id"]));
    let from = |origin: &str| {
        Answer::to(
            running
                .request("POST", &path)
                .header("Origin", origin)
                .json(&json!({})),
        )
    };
    let welcome = from("https://shop.example").await;
    assert_eq!(welcome.status, 201);
    assert_eq!(
        welcome.header("access-control-allow-origin"),
        "https://shop.example"
    );
    assert!(
        welcome
            .header("access-control-allow-credentials")
            .is_empty()
    );
    let refused = from("https://evil.example").await;
    refused.is_problem(403, "origin_not_allowed");
    // Our own pages are welcome: the demo.
    assert_eq!(from(&running.url).await.status, 201);

    let token = text(&welcome.body["token"]);
    let read = running
        .request("GET", "/widget/messages")
        .bearer_auth(&token)
        .header("Origin", "https://evil.example");
    Answer::to(read).await.is_problem(403, "origin_not_allowed");
    // The change is felt at once by the process that made it.
    let change = json!({"allowed_origins": ["https://evil.example"]});
    let channel = format!("/channels/{}", text(&site["id"]));
    assert_eq!(business.send("PATCH", &channel, change).await.status, 200);
    from("https://shop.example")
        .await
        .is_problem(403, "origin_not_allowed");
    assert_eq!(from("https://evil.example").await.status, 201);
}

#[actix_web::test]
async fn only_the_widget_is_open_to_other_websites() {
    let running = Running::start().await;
    let preflight = |path: &'static str| {
        let request = running
            .request("OPTIONS", path)
            .header("Origin", "https://shop.example")
            .header("Access-Control-Request-Method", "POST")
            .header(
                "Access-Control-Request-Headers",
                "authorization,content-type",
            );
        Answer::to(request)
    };
    let granted = preflight("/widget/messages").await;
    assert_eq!(granted.status, 204);
    assert_eq!(
        granted.header("access-control-allow-origin"),
        "https://shop.example"
    );
    assert!(
        granted
            .header("access-control-allow-headers")
            .contains("authorization")
    );
    assert!(granted.header("vary").contains("Origin"));
    for path in ["/conversations", "/auth/refresh", "/me"] {
        let refused = preflight(path).await;
        assert!(
            refused.header("access-control-allow-origin").is_empty(),
            "{path}: {refused:?}"
        );
        assert!(refused.status >= 400);
    }
}

#[actix_web::test]
async fn a_token_is_good_for_its_own_door_and_its_time() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&[]).await;
    let visitor = Visitor::of(&running, &site).await;
    let at = |path: &str, token: &str| Answer::to(running.request("GET", path).bearer_auth(token));
    at("/widget/messages", &business.token)
        .await
        .is_problem(401, "unauthenticated");
    at("/conversations", &visitor.token)
        .await
        .is_problem(401, "unauthenticated");
    running.clock.advance(TimeDelta::days(30));
    at("/widget/messages", &visitor.token)
        .await
        .is_problem(401, "unauthenticated");

    let business = running.sign_up("ali@example.com").await;
    let site = business.site(&[]).await;
    let visitor = Visitor::of(&running, &site).await;
    let gone = business
        .ask("DELETE", &format!("/channels/{}", text(&site["id"])))
        .await;
    assert_eq!(gone.status, 204);
    visitor
        .says("c-1", "x")
        .await
        .is_problem(401, "unauthenticated");
}
