use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use xin_channels::telegram::{SECRET_HEADER, TelegramClient, decode, decode_value, verify};
use xin_channels::{ChannelCredentials, OwnAddresses, SendError, Senders};
use xin_domain::{ErrorKind, InboundKind};

use crate::stand_in_server::{Answer, Request, Respond, StandInServer};
use crate::telegram_stand_in::{BOT_TOKEN, TelegramFailure, TelegramStandIn};

async fn pair() -> (TelegramStandIn, TelegramClient) {
    let stand_in = TelegramStandIn::start().await.unwrap();
    let senders = Senders::new(http(), stand_in.url().parse().unwrap());
    let credentials = ChannelCredentials::Telegram {
        token: BOT_TOKEN.to_owned(),
    };
    let client = senders.telegram(&credentials).unwrap();
    (stand_in, client)
}

fn http() -> reqwest::Client {
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    let builder = reqwest::Client::builder().no_proxy();
    builder
        .connect_timeout(Duration::from_secs(2))
        .build()
        .unwrap()
}

#[tokio::test]
async fn texts_arrive_and_have_an_id() {
    let (stand_in, client) = pair().await;
    let first = client.send_text("42", "سلام").await.unwrap();
    let second = client.send_text("42", "<b>متن ساده</b>").await.unwrap();
    assert_ne!(first, second);
    assert_eq!(stand_in.sent_to(42), ["سلام", "<b>متن ساده</b>"]);
    client.send_typing("42").await.unwrap();
    assert_eq!(stand_in.bot(BOT_TOKEN).call_count("sendChatAction"), 1);
}

#[tokio::test]
async fn a_sender_is_opened_for_credentials() {
    let stand_in = TelegramStandIn::start().await.unwrap();
    let elsewhere = Senders::new(http(), "http://127.0.0.1:9".parse().unwrap());
    assert!(elsewhere.at(Some(&stand_in.url())).is_err());
    let elsewhere = elsewhere.with_own_addresses(OwnAddresses {
        http: http(),
        allowed: |_any| true,
    });
    let senders = elsewhere.at(Some(&stand_in.url())).unwrap();
    let credentials = ChannelCredentials::Telegram {
        token: "5:x".to_owned(),
    };
    let sender = senders.open(&credentials).unwrap();
    sender.send_text("7", "سلام").await.unwrap();
    sender.typing("7").await.unwrap();
    assert_eq!(stand_in.bot("5:x").sent_to(7), ["سلام"]);
    assert_eq!(stand_in.sent_to(7), Vec::<String>::new(), "another bot's");
}

#[tokio::test]
async fn the_bot_knows_itself() {
    let (stand_in, client) = pair().await;
    let me = client.get_me().await.unwrap();
    assert_eq!((me.id, me.username.as_str()), (123_456, "stand_in_bot"));
    stand_in.bot(BOT_TOKEN).revoke();
    let error = client.get_me().await.unwrap_err();
    assert!(matches!(
        error,
        SendError::Permanent {
            code: 401,
            unreachable: false,
            ..
        }
    ));
    assert_eq!(error.kind(), ErrorKind::Invalid);
}

#[tokio::test]
async fn a_flood_and_a_failure_are_certainly_not_sent() {
    let (stand_in, client) = pair().await;
    stand_in.will_fail("sendMessage", TelegramFailure::TooMany(7));
    stand_in.will_fail("sendMessage", TelegramFailure::Refuse(500));
    let flood = client.send_text("42", "a").await.unwrap_err();
    assert!(matches!(flood, SendError::Retry { after, .. } if after == Duration::from_secs(7)));
    assert_eq!(flood.kind(), ErrorKind::RateLimited);
    assert!(client.send_text("42", "b").await.unwrap_err().may_retry());
    assert!(stand_in.sent_to(42).is_empty());
}

#[tokio::test]
async fn a_customer_who_blocked_the_bot_is_unreachable() {
    let (stand_in, client) = pair().await;
    stand_in.bot(BOT_TOKEN).customer_blocks(42);
    let error = client.send_text("42", "a").await.unwrap_err();
    assert!(matches!(
        error,
        SendError::Permanent {
            code: 403,
            unreachable: true,
            ..
        }
    ));
}

#[tokio::test]
async fn a_lost_answer_is_uncertain() {
    let (stand_in, client) = pair().await;
    for failure in [
        TelegramFailure::HangUpAfter,
        TelegramFailure::HangUp,
        TelegramFailure::Gateway(502),
    ] {
        stand_in.will_fail("sendMessage", failure);
        let error = client.send_text("42", "a").await.unwrap_err();
        assert!(
            matches!(error, SendError::Uncertain { .. }),
            "{failure:?}: {error}"
        );
        assert!(!error.may_retry());
    }
    assert_eq!(
        stand_in.sent_to(42),
        ["a"],
        "one of them was sent after all"
    );
}

#[tokio::test]
async fn what_was_not_reached_was_not_sent() {
    let (stand_in, _client) = pair().await;
    let url = stand_in.url().parse().unwrap();
    drop(stand_in);
    let client = TelegramClient::new(http(), &url, "12:very-secret").unwrap();
    // The listening socket closes when its task is next polled.
    let mut last = client.send_text("42", "a").await;
    for _try in 0..50 {
        if matches!(last, Err(SendError::NotSent { .. })) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        last = client.send_text("42", "a").await;
    }
    let error = last.unwrap_err();
    assert!(matches!(error, SendError::NotSent { .. }), "{error}");
    let told = format!("{error} {error:?}");
    assert!(!told.contains("very-secret"), "{told}");
}

#[tokio::test]
async fn no_error_tells_the_token() {
    let (stand_in, _client) = pair().await;
    let client =
        TelegramClient::new(http(), &stand_in.url().parse().unwrap(), "12:very-secret").unwrap();
    for failure in [
        TelegramFailure::HangUp,
        TelegramFailure::Gateway(404),
        TelegramFailure::Refuse(500),
        TelegramFailure::TooMany(1),
    ] {
        stand_in.will_fail("sendMessage", failure);
        let error = client.send_text("42", "a").await.unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(!told.contains("very-secret"), "{told}");
    }
}

#[tokio::test]
async fn a_recipient_that_is_no_chat_is_refused_here() {
    let (stand_in, client) = pair().await;
    assert!(matches!(
        client.send_text("x", "a").await,
        Err(SendError::Permanent { .. })
    ));
    assert_eq!(stand_in.bot(BOT_TOKEN).call_count("sendMessage"), 0);
}

#[tokio::test]
async fn polls_bring_updates_until_they_are_confirmed() {
    let (stand_in, client) = pair().await;
    stand_in.customer_says(42, "یک");
    let first = stand_in.bot(BOT_TOKEN).last_update_id();
    stand_in.customer_says(42, "دو");
    let updates = client.get_updates(0, Duration::ZERO).await.unwrap();
    let words: Vec<_> = updates
        .iter()
        .flat_map(|update| decode_value(update).unwrap().events)
        .map(|event| event.kind)
        .collect();
    let text = |words: &str| InboundKind::Text {
        text: words.to_owned(),
    };
    assert_eq!(words, [text("یک"), text("دو")]);
    assert_eq!(
        client
            .get_updates(first, Duration::ZERO)
            .await
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        client
            .get_updates(first + 1, Duration::ZERO)
            .await
            .unwrap()
            .len(),
        1
    );
    assert!(
        client
            .get_updates(first + 2, Duration::ZERO)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_poll_waits_for_news() {
    let (stand_in, client) = pair().await;
    let poll = tokio::spawn(async move { client.get_updates(0, Duration::from_secs(20)).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    stand_in.bot(BOT_TOKEN).customer_starts(42);
    assert_eq!(poll.await.unwrap().unwrap().len(), 1);
}

#[tokio::test]
async fn a_webhook_is_set_with_its_secret_and_excludes_polls() {
    let (stand_in, client) = pair().await;
    let url = "http://127.0.0.1:9/hooks/telegram/x".parse().unwrap();
    client.set_webhook(&url, "hush").await.unwrap();
    let set = (url.to_string(), "hush".to_owned());
    assert_eq!(stand_in.bot(BOT_TOKEN).webhook(), Some(set));
    assert_eq!(client.webhook_info().await.unwrap().url, url.as_str());
    let conflict = client.get_updates(0, Duration::ZERO).await.unwrap_err();
    assert_eq!(conflict.kind(), ErrorKind::Conflict);
    client.delete_webhook().await.unwrap();
    assert_eq!(stand_in.bot(BOT_TOKEN).webhook(), None);
    assert!(client.get_updates(0, Duration::ZERO).await.is_ok());
}

#[tokio::test]
async fn a_repeated_update_is_the_same_event() {
    let (stand_in, client) = pair().await;
    stand_in.customer_says_repeatedly(42, "سلام", 3);
    let updates = client.get_updates(0, Duration::ZERO).await.unwrap();
    let events = updates
        .iter()
        .flat_map(|update| decode_value(update).unwrap().events);
    let mut ids: Vec<_> = events.map(|event| event.external_id).collect();
    assert_eq!(ids.len(), 3);
    ids.dedup();
    assert_eq!(ids.len(), 1);
}

/// A webhook that is away at first.
#[derive(Default)]
struct Webhook(AtomicUsize);

#[async_trait]
impl Respond for Webhook {
    async fn respond(&self, request: Request) -> Answer {
        let secret = request.header(&SECRET_HEADER.to_ascii_lowercase());
        let status = match self.0.fetch_add(1, Ordering::Relaxed) {
            0 => 503,
            _ if !verify(secret.map(str::as_bytes), b"hush") => 401,
            _ if decode(&request.body).is_err() => 400,
            _ => 200,
        };
        Answer::json(status, &Value::Null)
    }
}

#[tokio::test]
async fn updates_are_brought_to_the_webhook_until_it_takes_them() {
    let (stand_in, client) = pair().await;
    let webhook = StandInServer::start(Arc::new(Webhook::default()))
        .await
        .unwrap();
    stand_in.customer_says(42, "پیش از وب‌هوک");
    let waited = stand_in.bot(BOT_TOKEN).last_update_id();
    client
        .set_webhook(&webhook.url().parse().unwrap(), "hush")
        .await
        .unwrap();
    let calls = || stand_in.bot(BOT_TOKEN).webhook_calls();
    for _wait in 0..200 {
        if calls().len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let calls: Vec<_> = calls()
        .into_iter()
        .map(|call| (call.update_id, call.status))
        .collect();
    assert_eq!(calls, [(waited, Some(503)), (waited, Some(200))]);
}
