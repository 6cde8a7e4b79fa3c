//! Shows the customer that an answer is being written, until it is there. Best effort: nothing
//! depends on it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use xin_domain::{ChannelId, Conversation, ConversationId, TenantId};

use crate::{Platform, outside};

/// Telegram shows it for five seconds (<https://core.telegram.org/bots/api#sendchataction>).
const EVERY: Duration = Duration::from_secs(4);

/// Who is being shown that an answer is on its way.
#[derive(Clone)]
pub struct Typing {
    platform: Platform,
    shown: Arc<Mutex<HashMap<ConversationId, CancellationToken>>>,
}

impl Typing {
    pub fn new(platform: Platform) -> Self {
        Self {
            platform,
            shown: Arc::default(),
        }
    }

    /// Begins to show it, until [`Typing::end`] or the turn's deadline.
    pub fn begin(&self, conversation: &Conversation, recipient: &str) {
        let stop = CancellationToken::new();
        let earlier = self.shown().insert(conversation.id, stop.clone());
        if let Some(earlier) = earlier {
            earlier.cancel();
        }
        let (typing, recipient) = (self.clone(), recipient.to_owned());
        let (tenant, channel) = (conversation.tenant_id, conversation.channel_id);
        let id = conversation.id;
        tokio::spawn(async move {
            let longest = typing.platform.burst_window + typing.platform.turn_deadline;
            let showing = typing.show(tenant, channel, &recipient);
            tokio::select! {
                () = showing => {}
                () = tokio::time::sleep(longest) => {}
                () = stop.cancelled() => return,
            }
            typing.end(id);
        });
    }

    /// Stops showing it.
    pub fn end(&self, conversation: ConversationId) {
        if let Some(stop) = self.shown().remove(&conversation) {
            stop.cancel();
        }
    }

    async fn show(&self, tenant: TenantId, channel: ChannelId, recipient: &str) {
        let Ok(tx) = self.platform.database.read(tenant).await else {
            return;
        };
        let Ok(Some(channel)) = tx.channels().get(channel).await else {
            return;
        };
        drop(tx);
        let Ok(sender) = outside::sender(&self.platform, &channel) else {
            return;
        };
        loop {
            if let Err(error) = sender.typing(recipient).await {
                tracing::debug!(channel_id = %channel.id, error = %error, "typing not shown");
                return;
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    fn shown(&self) -> std::sync::MutexGuard<'_, HashMap<ConversationId, CancellationToken>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
