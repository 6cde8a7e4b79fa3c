//! Why a model gave no answer.
//!
//! Policy: what the server says is passed on shortened and without the key, except where the
//! server is known to repeat the key (401 and 403).

use std::time::Duration;

use xin_domain::ErrorKind;

/// Why a model gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LlmError {
    /// The deadline passed first.
    #[error("the model did not answer in time")]
    Timeout,
    /// The server asks for patience.
    #[error("the model server allows no more requests for now")]
    RateLimited {
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
    /// The server cannot be reached, fails, or broke off.
    #[error("the model server is not available: {message}")]
    Unavailable {
        /// What happened.
        message: String,
    },
    /// The server does not accept the key.
    #[error("the model server refuses the key ({status}): check the key and what it may use")]
    KeyRefused {
        /// The HTTP status.
        status: u16,
    },
    /// The server does not accept the request.
    #[error("the model server refuses the request ({status}): {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What the server says about it.
        message: String,
    },
    /// The settings cannot work.
    #[error("the model settings are wrong: {message}")]
    Settings {
        /// What is wrong with them.
        message: String,
    },
    /// The answer makes no sense.
    #[error("the model's answer cannot be understood: {message}")]
    Malformed {
        /// What is wrong with it.
        message: String,
    },
}

impl LlmError {
    /// What the error means to whoever asked.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Timeout => ErrorKind::Timeout,
            Self::RateLimited { .. } => ErrorKind::RateLimited,
            // A model that wrote nonsense may write sense the next time.
            Self::Unavailable { .. } | Self::Malformed { .. } => ErrorKind::Unavailable,
            Self::KeyRefused { .. } | Self::Refused { .. } | Self::Settings { .. } => {
                ErrorKind::Invalid
            }
        }
    }

    /// Its name in traces and reports.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::RateLimited { .. } => "rate_limited",
            Self::Unavailable { .. } => "unavailable",
            Self::KeyRefused { .. } => "key_refused",
            Self::Refused { .. } => "refused",
            Self::Settings { .. } => "settings",
            Self::Malformed { .. } => "malformed",
        }
    }

    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self::Unavailable {
            message: message.into(),
        }
    }

    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::Malformed {
            message: message.into(),
        }
    }

    pub(crate) fn settings(message: impl Into<String>) -> Self {
        Self::Settings {
            message: message.into(),
        }
    }
}
