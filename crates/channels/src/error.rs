//! Why a message was not sent, by what the sender must do about it.
//!
//! Policy: the four cases differ in whether the customer may have the message already. Only where
//! they certainly have not may it be sent again unasked. No message holds a credential: platforms
//! put tokens into URLs, so errors of the HTTP client are never passed on as they are.

use std::time::Duration;

use xin_domain::ErrorKind;

/// Why a message was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The platform refused it for now: certainly not sent, and worth sending again.
    #[error("the platform asks to wait {} seconds: {message}", after.as_secs())]
    Retry {
        /// How long to wait, for the whole account.
        after: Duration,
        /// What the platform says.
        message: String,
    },
    /// The platform was not reached: certainly not sent, and worth sending again.
    #[error("the platform cannot be reached: {message}")]
    NotSent {
        /// What happened.
        message: String,
    },
    /// The request left and no answer came: it may have been sent.
    #[error("the platform gave no clear answer: {message}")]
    Uncertain {
        /// What happened.
        message: String,
    },
    /// The platform refuses it and will refuse it again.
    #[error("the platform refuses it ({code}): {message}")]
    Permanent {
        /// The platform's code for it.
        code: u16,
        /// What the platform says.
        message: String,
        /// The customer cannot be reached at all, for instance because they blocked us.
        unreachable: bool,
    },
}

impl SendError {
    /// What the error means to whoever wanted to send.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Retry { .. } => ErrorKind::RateLimited,
            Self::NotSent { .. } | Self::Uncertain { .. } => ErrorKind::Unavailable,
            Self::Permanent { code: 403, .. } => ErrorKind::Forbidden,
            Self::Permanent { code: 409, .. } => ErrorKind::Conflict,
            Self::Permanent { .. } => ErrorKind::Invalid,
        }
    }

    /// Whether it may be sent again without a person deciding so.
    #[must_use]
    pub fn may_retry(&self) -> bool {
        match self {
            Self::Retry { .. } | Self::NotSent { .. } => true,
            Self::Uncertain { .. } | Self::Permanent { .. } => false,
        }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Permanent {
            code: 400,
            message: message.into(),
            unreachable: false,
        }
    }

    pub(crate) fn uncertain(message: impl Into<String>) -> Self {
        Self::Uncertain {
            message: message.into(),
        }
    }
}
