//! The kinds of channel a customer can write on.

use serde::{Deserialize, Serialize};

/// A kind of channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// The chat widget on the tenant's own website.
    Web,
    /// A Telegram bot.
    Telegram,
}

impl ChannelKind {
    /// Every kind, for listings and tests.
    pub const ALL: [Self; 2] = [Self::Web, Self::Telegram];

    /// The name in the API, in paths and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Telegram => "telegram",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether replies must be sent to somebody else's server; otherwise the customer reads them
    /// from our own API.
    #[must_use]
    pub const fn is_delivered_outside(self) -> bool {
        match self {
            Self::Web => false,
            Self::Telegram => true,
        }
    }
}
