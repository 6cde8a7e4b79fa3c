//! Where customers write.

use serde_json::{Value, json};
use xin_channels::ChannelSecrets;
use xin_testkit::telegram_stand_in::{BOT_TOKEN, TelegramStandIn};

use crate::gateway::{Business, Running, Wishes, text};

async fn connect(business: &Business<'_>, more: Value) -> crate::gateway::Answer {
    let mut body = json!({"kind": "telegram", "name": "ربات", "token": BOT_TOKEN});
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    business.send("POST", "/channels", body).await
}

#[actix_web::test]
async fn web_channels_are_made_listed_changed_and_removed() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business
        .site(&["HTTPS://Shop.Example/", "https://shop.example"])
        .await;
    assert_eq!(
        site["settings"]["allowed_origins"],
        json!(["https://shop.example"])
    );
    assert_eq!(site["state"], "active");
    assert!(text(&site["public_id"]).len() >= 22);
    let other = business.site(&[]).await;
    assert_ne!(site["public_id"], other["public_id"]);
    let path = format!("/channels/{}", text(&site["id"]));
    let change = json!({"name": "فروشگاه"});
    let changed = business.send("PATCH", &path, change).await.body;
    assert_eq!(changed["name"], "فروشگاه");
    assert_eq!(
        changed["settings"], site["settings"],
        "what is absent stays"
    );
    assert_eq!(business.get(&path).await, changed);
    assert_eq!(business.ask("DELETE", &path).await.status, 204);
    business
        .ask("GET", &path)
        .await
        .is_problem(404, "not_found");
    let listed = business.get("/channels").await;
    assert_eq!(listed["items"], json!([other]));
}

#[actix_web::test]
async fn without_a_public_address_telegram_is_polled() {
    let telegram = TelegramStandIn::start().await.unwrap();
    let running = Running::with(Wishes {
        telegram: telegram.url(),
        ..Wishes::default()
    })
    .await;
    let business = running.sign_up("sara@example.com").await;
    let answer = connect(&business, json!({})).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let channel = answer.body;
    assert_eq!(channel["state"], "active");
    assert_eq!(channel["settings"]["mode"], "polling");
    assert!(!text(&channel["settings"]["bot_username"]).is_empty());
    assert!(channel["settings"]["webhook_url"].is_null());
    assert!(
        !channel.to_string().contains("test-token"),
        "the token is never shown: {channel}"
    );

    // What is kept opens for this channel only.
    let tx = running.database.read(business.tenant()).await.unwrap();
    let id = channel["id"].as_str().unwrap();
    let kept = tx
        .channels()
        .get(id.parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    let sealed = kept.sealed_secrets.unwrap();
    let opened = running.keyring.open(&sealed, id.as_bytes()).unwrap();
    assert!(ChannelSecrets::from_json(&opened).is_ok());
    assert!(running.keyring.open(&sealed, b"chn_other").is_err());
}

#[actix_web::test]
async fn with_a_public_address_telegram_calls_us() {
    let telegram = TelegramStandIn::start().await.unwrap();
    let wishes = Wishes {
        telegram: telegram.url(),
        public_url: Some("https://chat.example/xin/"),
        ..Wishes::default()
    };
    let running = Running::with(wishes).await;
    let business = running.sign_up("sara@example.com").await;
    let channel = connect(&business, json!({})).await.body;
    assert_eq!(channel["settings"]["mode"], "webhook");
    let url = format!(
        "https://chat.example/xin/hooks/telegram/{}",
        text(&channel["public_id"])
    );
    assert_eq!(channel["settings"]["webhook_url"], url);
    // And polls when told to.
    let path = format!("/channels/{}", text(&channel["id"]));
    let changed = business
        .send("PATCH", &path, json!({"mode": "polling"}))
        .await
        .body;
    assert_eq!(changed["settings"]["mode"], "polling");
    assert!(changed["settings"]["webhook_url"].is_null());
    let renamed = business
        .send("PATCH", &path, json!({"name": "دیگر"}))
        .await
        .body;
    assert_eq!(renamed["settings"]["mode"], "polling");
    assert_eq!(business.ask("DELETE", &path).await.status, 204);
}

#[actix_web::test]
async fn when_telegram_is_away_the_channel_waits_and_says_what_to_do() {
    let telegram = TelegramStandIn::start().await.unwrap();
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let channel = connect(&business, json!({})).await;
    assert_eq!(channel.status, 201, "{channel:?}");
    assert_eq!(channel.body["state"], "disconnected");
    let detail = text(&channel.body["detail"]);
    assert!(
        detail.contains("save the channel again") && !detail.contains("test-token"),
        "{detail}"
    );
    // Saved again with an address that answers, it is connected with the token it has.
    let path = format!("/channels/{}", text(&channel.body["id"]));
    let change = json!({"api_url": telegram.url()});
    let changed = business.send("PATCH", &path, change).await.body;
    assert_eq!(changed["state"], "active", "{changed}");
    assert!(changed["detail"].is_null());
}

#[actix_web::test]
async fn a_bot_belongs_to_one_channel() {
    let telegram = TelegramStandIn::start().await.unwrap();
    let running = Running::with(Wishes {
        telegram: telegram.url(),
        ..Wishes::default()
    })
    .await;
    let first = running.sign_up("sara@example.com").await;
    let second = running.sign_up("omid@example.com").await;
    let channel = connect(&first, json!({})).await;
    assert_eq!(channel.status, 201, "{channel:?}");
    let path = format!("/channels/{}", text(&channel.body["id"]));
    let saved = first.send("PATCH", &path, json!({"mode": "polling"})).await;
    assert_eq!(saved.body["state"], "active", "it keeps what it has");

    let other = connect(&second, json!({})).await;
    assert_eq!(other.body["state"], "active", "{other:?}");
    let lost = first.get(&path).await;
    assert_eq!(lost["state"], "disconnected");
    assert!(text(&lost["detail"]).contains("save this channel again"));

    let back = first.send("PATCH", &path, json!({})).await;
    assert_eq!(back.body["state"], "active", "{back:?}");
    assert!(back.body["detail"].is_null());
    let path = format!("/channels/{}", text(&other.body["id"]));
    assert_eq!(second.get(&path).await["state"], "disconnected");
}

#[actix_web::test]
async fn a_token_that_telegram_refuses_is_refused() {
    let telegram = TelegramStandIn::start().await.unwrap();
    telegram.bot(BOT_TOKEN).revoke();
    let running = Running::with(Wishes {
        telegram: telegram.url(),
        ..Wishes::default()
    })
    .await;
    let business = running.sign_up("sara@example.com").await;
    let refused = connect(&business, json!({})).await;
    refused.is_problem(400, "invalid");
    assert_eq!(refused.body["errors"][0]["field"], "token");
    assert_eq!(business.get("/channels").await["items"], json!([]));
}
