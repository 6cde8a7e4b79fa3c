//! One bot and the customers who write to it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{State, WebhookCall};

/// One bot of a [`TelegramStandIn`](super::TelegramStandIn), as its customers and the tests see it.
#[derive(Clone, Debug)]
pub struct StandInBot {
    state: Arc<State>,
    token: String,
}

impl StandInBot {
    pub(super) fn new(state: Arc<State>, token: &str) -> Self {
        Self {
            state,
            token: token.to_owned(),
        }
    }

    /// A customer writes.
    pub fn customer_says(&self, chat_id: i64, text: &str) {
        self.customer_says_repeatedly(chat_id, text, 1);
    }

    /// A customer writes once, and the update is delivered `times` times, as Telegram does when it
    /// misses an answer.
    pub fn customer_says_repeatedly(&self, chat_id: i64, text: &str, times: usize) {
        let message = self.message(chat_id, &json!({"text": text}));
        let mut update = json!({"message": message});
        for _time in 0..times {
            self.push_update(&update);
            update = numbered(&update, self.last_update_id());
        }
    }

    /// A customer opens the chat.
    pub fn customer_starts(&self, chat_id: i64) {
        self.customer_says(chat_id, "/start");
    }

    /// A customer blocks the bot: it is told, and cannot send to them any more.
    pub fn customer_blocks(&self, chat_id: i64) {
        self.state
            .with_bot(&self.token, |bot| bot.blocked.push(chat_id));
        let member = |status: &str| {
            json!({"user": {"id": 1000, "is_bot": true, "first_name": "Bot"}, "status": status,
                "until_date": 0})
        };
        self.push_update(&json!({"my_chat_member": {
            "chat": {"id": chat_id, "type": "private", "first_name": "مشتری"},
            "from": user(chat_id), "date": 1_700_000_000,
            "old_chat_member": member("member"), "new_chat_member": member("kicked"),
        }}));
    }

    /// Delivers an update, which gets the next number unless it has one.
    pub fn push_update(&self, update: &Value) {
        let own = update.get("update_id").and_then(Value::as_i64);
        let update_id = self.state.with_bot(&self.token, |bot| {
            let update_id = own.unwrap_or(bot.last_update_id + 1);
            bot.last_update_id = bot.last_update_id.max(update_id);
            update_id
        });
        self.state.deliver(&self.token, numbered(update, update_id));
    }

    /// The highest number of an update so far; 0 before the first.
    #[must_use]
    pub fn last_update_id(&self) -> i64 {
        self.state.with_bot(&self.token, |bot| bot.last_update_id)
    }

    /// A message of a customer with that content, for [`StandInBot::push_update`].
    #[must_use]
    pub fn message(&self, chat_id: i64, content: &Value) -> Value {
        let message_id = self.state.with_bot(&self.token, |bot| {
            bot.last_message_id += 1;
            bot.last_message_id
        });
        let mut message = json!({
            "message_id": message_id, "date": 1_700_000_000, "from": user(chat_id),
            "chat": {"id": chat_id, "type": "private", "first_name": "مشتری"},
        });
        if let (Some(message), Some(content)) = (message.as_object_mut(), content.as_object()) {
            message.extend(content.clone());
        }
        message
    }

    /// What the bot has sent to a chat.
    #[must_use]
    pub fn sent_to(&self, chat_id: i64) -> Vec<String> {
        self.state.with_bot(&self.token, |bot| {
            let sent = bot.sent.iter().filter(|(to, _)| *to == chat_id);
            sent.map(|(_, text)| text.clone()).collect()
        })
    }

    /// What the bot has sent to a chat, once it is so many messages or the time is over.
    pub async fn wait_for_sent(&self, chat_id: i64, count: usize, time: Duration) -> Vec<String> {
        let enough = async {
            loop {
                let news = self.state.news.notified();
                if self.sent_to(chat_id).len() >= count {
                    return;
                }
                // Also now and then unasked: a notification between the two lines is missed.
                let _timed_out = tokio::time::timeout(Duration::from_millis(50), news).await;
            }
        };
        let _timed_out = tokio::time::timeout(time, enough).await;
        self.sent_to(chat_id)
    }

    /// How often the bot has called a method, for instance `sendChatAction`.
    #[must_use]
    pub fn call_count(&self, method: &str) -> usize {
        let method = method.to_ascii_lowercase();
        self.state.with_bot(&self.token, |bot| {
            bot.calls.get(&method).copied().unwrap_or_default()
        })
    }

    /// The webhook's address and secret, while one is set.
    #[must_use]
    pub fn webhook(&self) -> Option<(String, String)> {
        self.state.with_bot(&self.token, |bot| {
            bot.webhook
                .as_ref()
                .map(|webhook| (webhook.url.clone(), webhook.secret.clone()))
        })
    }

    /// The calls to the webhook so far, the failed ones too.
    #[must_use]
    pub fn webhook_calls(&self) -> Vec<WebhookCall> {
        self.state
            .with_bot(&self.token, |bot| bot.webhook_calls.clone())
    }

    /// Makes the token worthless.
    pub fn revoke(&self) {
        self.state.with_bot(&self.token, |bot| bot.revoked = true);
    }
}

fn numbered(update: &Value, update_id: i64) -> Value {
    let mut update = update.clone();
    if let Some(fields) = update.as_object_mut() {
        fields.insert("update_id".to_owned(), json!(update_id));
    }
    update
}

fn user(id: i64) -> Value {
    json!({"id": id, "is_bot": false, "first_name": "مشتری", "last_name": id.to_string(),
        "language_code": "fa"})
}
