//! What a customer did on a channel, in the same words for every channel.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One thing a customer did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InboundEvent {
    /// Unique within the channel: a repeat of it changes nothing.
    pub external_id: String,
    /// Who did it.
    pub contact: InboundContact,
    /// When, as the platform tells it.
    pub sent_at: Option<DateTime<Utc>>,
    /// What it was.
    pub kind: InboundKind,
}

/// A customer as the channel knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundContact {
    /// The channel's id for them.
    pub external_id: String,
    /// The name they gave there.
    pub display_name: Option<String>,
    /// The language their program is set to, as a BCP 47 tag.
    pub language_code: Option<String>,
}

/// What a customer can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InboundKind {
    /// They wrote something.
    Text {
        /// The words.
        text: String,
    },
    /// They opened the chat, for instance with Telegram's `/start`.
    Started,
    /// They sent something we cannot show yet; staff see that it came.
    Unsupported {
        /// What it was, in one word where possible.
        description: String,
    },
    /// They changed something they wrote.
    Edited {
        /// The message that changed.
        message_external_id: String,
        /// Its new words.
        text: String,
    },
    /// They cannot be reached any more, for instance because they blocked us.
    Unreachable,
}
