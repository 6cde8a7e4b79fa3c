//! Brings updates to webhooks, again until they are taken, or keeps them for polls.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::{State, Webhook, WebhookCall};

/// How long after a failure the next try comes. Telegram itself waits longer each time.
const RETRY_AFTER: Duration = Duration::from_millis(250);
/// How many tries an update gets.
const MOST_TRIES: usize = 200;

impl State {
    /// Delivers an update to the webhook if there is one, and else keeps it.
    pub(super) fn deliver(&self, token: &str, update: Value) {
        let webhook = self.with_bot(token, |bot| {
            let webhook = bot.webhook.clone();
            if webhook.is_none() {
                bot.waiting.push_back(update.clone());
            }
            webhook
        });
        self.news.notify_waiters();
        if let (Some(webhook), Some(this)) = (webhook, self.this.upgrade()) {
            tokio::spawn(this.call(token.to_owned(), webhook, update));
        }
    }

    /// Delivers what waited for a poll; a webhook has been set.
    pub(super) fn deliver_waiting(&self, token: &str) {
        let waiting = self.with_bot(token, |bot| std::mem::take(&mut bot.waiting));
        for update in waiting {
            self.deliver(token, update);
        }
    }

    async fn call(self: Arc<Self>, token: String, webhook: Webhook, update: Value) {
        let kind = update
            .as_object()
            .and_then(|fields| fields.keys().find(|name| *name != "update_id").cloned());
        let wanted = |kind: String| webhook.allowed_updates.contains(&kind);
        if !webhook.allowed_updates.is_empty() && !kind.is_some_and(wanted) {
            return;
        }
        let update_id = update
            .get("update_id")
            .and_then(Value::as_i64)
            .unwrap_or_default();
        for _try in 0..MOST_TRIES {
            let answer = self
                .http
                .post(&webhook.url)
                .header("X-Telegram-Bot-Api-Secret-Token", &webhook.secret)
                .json(&update)
                .send()
                .await;
            let status = answer.ok().map(|answer| answer.status());
            let call = WebhookCall {
                update_id,
                status: status.map(|status| status.as_u16()),
            };
            self.with_bot(&token, |bot| bot.webhook_calls.push(call));
            self.news.notify_waiters();
            if status.is_some_and(|status| status.is_success()) {
                return;
            }
            tokio::time::sleep(RETRY_AFTER).await;
        }
    }
}
