//! The methods of the Bot API.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{BotState, State, TelegramFailure, Webhook};
use crate::stand_in_server::{Answer, Request, Respond};

/// What Telegram takes in one message, in UTF-16 units.
const MOST_TEXT: usize = 4096;
/// How many updates one poll brings.
const MOST_UPDATES: usize = 100;

#[async_trait]
impl Respond for State {
    async fn respond(&self, request: Request) -> Answer {
        let Some((token, method)) = address(&request.path) else {
            return refusal(404, "Not Found");
        };
        let revoked = self.with_bot(&token, |bot| {
            *bot.calls.entry(method.clone()).or_default() += 1;
            bot.revoked
        });
        if revoked {
            return refusal(401, "Unauthorized");
        }
        let body = request.json();
        match self.next_failure(&method) {
            None => self.answer(&token, &method, &body).await,
            Some(TelegramFailure::TooMany(seconds)) => Answer::json(
                429,
                &json!({
                    "ok": false, "error_code": 429, "parameters": {"retry_after": seconds},
                    "description": format!("Too Many Requests: retry after {seconds}"),
                }),
            ),
            Some(TelegramFailure::Refuse(status)) => refusal(status, "Internal Server Error"),
            Some(TelegramFailure::Gateway(status)) => Answer::Whole {
                status,
                headers: Vec::new(),
                content_type: "text/html",
                body: "<html>bad gateway</html>".to_owned(),
            },
            Some(TelegramFailure::Slow(delay)) => {
                let answer = self.answer(&token, &method, &body).await;
                tokio::time::sleep(delay).await;
                answer
            }
            Some(TelegramFailure::HangUp) => Answer::HangUp,
            Some(TelegramFailure::HangUpAfter) => {
                self.answer(&token, &method, &body).await;
                Answer::HangUp
            }
        }
    }
}

/// The token and the method, in lower case, of `/bot<token>/<method>`.
fn address(path: &str) -> Option<(String, String)> {
    let path = path.split('?').next()?;
    let (token, method) = path.strip_prefix("/bot")?.split_once('/')?;
    Some((token.to_owned(), method.to_ascii_lowercase()))
}

impl State {
    async fn answer(&self, token: &str, method: &str, body: &Value) -> Answer {
        match method {
            "getupdates" => self.poll(token, body).await,
            "getme" => result(&json!({
                "id": bot_id(token), "is_bot": true, "first_name": "Stand-in",
                "username": "stand_in_bot", "can_join_groups": true,
                "can_read_all_group_messages": false, "supports_inline_queries": false,
                "can_connect_to_business": false, "has_main_web_app": false,
            })),
            "setwebhook" => {
                let answer = self.with_bot(token, |bot| set_webhook(bot, body));
                self.deliver_waiting(token);
                answer
            }
            "deletewebhook" => self.with_bot(token, |bot| {
                bot.webhook = None;
                result(&json!(true))
            }),
            "getwebhookinfo" => self.with_bot(token, |bot| {
                let url = bot
                    .webhook
                    .as_ref()
                    .map_or("", |webhook| webhook.url.as_str());
                result(&json!({
                    "url": url, "has_custom_certificate": false,
                    "pending_update_count": bot.waiting.len(),
                }))
            }),
            "sendmessage" => {
                let answer = self.with_bot(token, |bot| send_message(bot, body));
                self.news.notify_waiters();
                answer
            }
            "sendchataction" | "answercallbackquery" => result(&json!(true)),
            _ => refusal(404, "Not Found: method not found"),
        }
    }

    async fn poll(&self, token: &str, body: &Value) -> Answer {
        if self.with_bot(token, |bot| bot.webhook.is_some()) {
            let words = "Conflict: can't use getUpdates method while webhook is active";
            return refusal(409, words);
        }
        let number = |name: &str| body.get(name).and_then(Value::as_i64);
        let offset = number("offset").unwrap_or_default();
        let seconds = number("timeout").and_then(|seconds| u64::try_from(seconds).ok());
        let end = tokio::time::Instant::now() + Duration::from_secs(seconds.unwrap_or_default());
        loop {
            let news = self.news.notified();
            let updates = self.with_bot(token, |bot| {
                bot.waiting.retain(|update| update_id(update) >= offset);
                bot.waiting
                    .iter()
                    .take(MOST_UPDATES)
                    .cloned()
                    .collect::<Vec<_>>()
            });
            if !updates.is_empty() || tokio::time::Instant::now() >= end {
                return result(&Value::Array(updates));
            }
            // Also now and then unasked: a notification before the wait begins is missed.
            let wait = Duration::from_millis(50);
            let _timed_out = tokio::time::timeout(wait, news).await;
        }
    }
}

fn set_webhook(bot: &mut BotState, body: &Value) -> Answer {
    let text = |name: &str| {
        body.get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let url = text("url");
    let allowed = body.get("allowed_updates").and_then(Value::as_array);
    let allowed_updates = allowed.into_iter().flatten().filter_map(Value::as_str);
    bot.webhook = (!url.is_empty()).then(|| Webhook {
        url,
        secret: text("secret_token"),
        allowed_updates: allowed_updates.map(str::to_owned).collect(),
    });
    result(&json!(true))
}

fn send_message(bot: &mut BotState, body: &Value) -> Answer {
    let chat_id = match body.get("chat_id") {
        Some(Value::String(id)) => id.parse().ok(),
        Some(id) => id.as_i64(),
        None => None,
    };
    let Some(chat_id) = chat_id else {
        return refusal(400, "Bad Request: chat not found");
    };
    let text = body.get("text").and_then(Value::as_str).unwrap_or_default();
    if text.trim().is_empty() {
        return refusal(400, "Bad Request: message text is empty");
    }
    if text.encode_utf16().count() > MOST_TEXT {
        return refusal(400, "Bad Request: message is too long");
    }
    if bot.blocked.contains(&chat_id) {
        return refusal(403, "Forbidden: bot was blocked by the user");
    }
    bot.last_message_id += 1;
    bot.sent.push((chat_id, text.to_owned()));
    result(&json!({
        "message_id": bot.last_message_id, "date": 1_700_000_000, "text": text,
        "chat": {"id": chat_id, "type": "private", "first_name": "مشتری"},
    }))
}

fn update_id(update: &Value) -> i64 {
    update
        .get("update_id")
        .and_then(Value::as_i64)
        .unwrap_or_default()
}

fn bot_id(token: &str) -> i64 {
    token
        .split(':')
        .next()
        .and_then(|id| id.parse().ok())
        .unwrap_or_default()
}

fn result(result: &Value) -> Answer {
    Answer::json(200, &json!({"ok": true, "result": result}))
}

fn refusal(code: u16, description: &str) -> Answer {
    Answer::json(
        code,
        &json!({"ok": false, "error_code": code, "description": description}),
    )
}
