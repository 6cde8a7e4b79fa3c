//! What a channel's platform and we prove ourselves to each other with.

use std::fmt;

use serde::{Deserialize, Serialize};
use xin_domain::ChannelKind;

/// All that is secret about a channel, as it is kept: sealed, and never shown, not even to
/// debuggers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelSecrets {
    /// What we prove ourselves to the platform with.
    pub credentials: ChannelCredentials,
    /// What the platform proves itself with at our webhook.
    pub webhook_secret: String,
}

impl ChannelSecrets {
    /// Reads what [`ChannelSecrets::to_json`] wrote.
    pub fn from_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }

    /// The form to be sealed.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }
}

impl fmt::Debug for ChannelSecrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "ChannelSecrets({})",
            self.credentials.kind().as_str()
        )
    }
}

/// What we prove ourselves to a platform with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChannelCredentials {
    /// A Telegram bot's.
    Telegram {
        /// The token that `@BotFather` gave.
        token: String,
    },
}

impl ChannelCredentials {
    /// The kind of channel they are for.
    #[must_use]
    pub const fn kind(&self) -> ChannelKind {
        match self {
            Self::Telegram { .. } => ChannelKind::Telegram,
        }
    }
}

impl fmt::Debug for ChannelCredentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ChannelCredentials({})", self.kind().as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_kept_and_not_shown() {
        let secrets = ChannelSecrets {
            credentials: ChannelCredentials::Telegram {
                token: "12:secret".to_owned(),
            },
            webhook_secret: "hush".to_owned(),
        };
        let json = secrets.to_json().unwrap();
        assert_eq!(ChannelSecrets::from_json(&json).unwrap(), secrets);
        let shown = format!("{secrets:?} {:?}", secrets.credentials);
        assert!(
            !shown.contains("secret") && !shown.contains("hush"),
            "{shown}"
        );
    }
}
