//! The one small list of error kinds.
//!
//! Policy: every crate has one `thiserror` enum with a `kind()` that answers one of these. HTTP
//! status codes, and whether a job is tried again, follow from the kind and from nothing else.

use serde::{Deserialize, Serialize};

/// What an error means to whoever receives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The input is wrong and will be wrong the next time too.
    Invalid,
    /// Nobody, or nobody we believe, is asking.
    Unauthenticated,
    /// The caller is known and may not do this.
    Forbidden,
    /// There is no such thing, or it belongs to another tenant: the two look the same.
    NotFound,
    /// The thing is no longer in the state the caller assumed.
    Conflict,
    /// Too many; later it may work.
    RateLimited,
    /// No answer in time.
    Timeout,
    /// A part we depend on cannot be reached or refuses work for now.
    Unavailable,
    /// Our own mistake.
    Internal,
}

impl ErrorKind {
    /// Whether the same work may succeed later without anybody changing it.
    #[must_use]
    pub fn is_transient(self) -> bool {
        match self {
            Self::RateLimited | Self::Timeout | Self::Unavailable => true,
            Self::Invalid
            | Self::Unauthenticated
            | Self::Forbidden
            | Self::NotFound
            | Self::Conflict
            | Self::Internal => false,
        }
    }

    /// The code that API clients match on.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::RateLimited => "rate_limited",
            Self::Timeout => "timeout",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}
