//! What can go wrong between us and the broker, and with the work it brings.

use std::time::Duration;

use xin_contracts::DecodeError;
use xin_domain::ErrorKind;
use xin_storage::StorageError;

/// An error of the broker.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// It cannot be reached, or did not confirm in time.
    #[error("the broker cannot be reached: {0}")]
    Unavailable(String),
    /// It has no queue for a message.
    #[error("no queue takes {0}")]
    Unroutable(String),
    /// The address of the broker is not one we know.
    #[error("{0}")]
    Address(String),
    /// The embedded broker's table.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A message on a queue is not one of ours.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

impl BrokerError {
    /// What it means to the caller.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Unavailable(_) => ErrorKind::Unavailable,
            Self::Unroutable(_) => ErrorKind::Internal,
            Self::Address(_) => ErrorKind::Invalid,
            Self::Storage(error) => error.kind(),
            Self::Decode(error) => error.kind(),
        }
    }
}

impl From<lapin::Error> for BrokerError {
    fn from(error: lapin::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}

const LONGEST_WAIT: Duration = Duration::from_hours(24);
/// How often our own mistakes are tried again, in case they were a passing state.
const INTERNAL_ATTEMPTS: u32 = 3;

/// Why a message could not be handled. Whether it is tried again follows from the kind.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct JobError {
    /// Unavailable, timeout and rate limited: again later. Internal: a few times. The rest: never.
    pub kind: ErrorKind,
    /// For the operator.
    pub message: String,
    /// Not before this long, where the other side said so.
    pub retry_after: Option<Duration>,
}

impl JobError {
    /// An error of that kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            retry_after: None,
        }
    }

    /// Whether a message that failed with it, after so many failed attempts before, is given up.
    #[must_use]
    pub fn gives_up(&self, attempt: u32) -> bool {
        if self.kind == ErrorKind::Internal {
            attempt + 1 >= INTERNAL_ATTEMPTS
        } else {
            !self.kind.is_transient()
        }
    }

    /// The same error, with how long the other side wants us to wait; a day at the most, since it
    /// is the other side's word and times are reckoned with it.
    #[must_use]
    pub fn after(mut self, retry_after: Duration) -> Self {
        self.retry_after = Some(retry_after.min(LONGEST_WAIT));
        self
    }
}

impl From<StorageError> for JobError {
    fn from(error: StorageError) -> Self {
        Self::new(error.kind(), error.to_string())
    }
}

impl From<DecodeError> for JobError {
    fn from(error: DecodeError) -> Self {
        Self::new(error.kind(), error.to_string())
    }
}

impl From<BrokerError> for JobError {
    fn from(error: BrokerError) -> Self {
        Self::new(error.kind(), error.to_string())
    }
}
