//! Why a request is not answered as wished.
//!
//! Policy: an operation answers [`ApiError`]; what reaches the client is always a [`Problem`] of
//! RFC 9457. What a client did wrong is said in full. Of our own troubles the client learns the
//! trace id and nothing else; the log holds the rest.

use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use xin_broker::BrokerError;
use xin_domain::ErrorKind;
use xin_runtime::problem::{self, Problem};
use xin_storage::StorageError;

/// What every operation answers.
pub type Answer<T> = Result<T, ApiError>;

/// A refusal or a failure.
#[derive(Debug)]
pub struct ApiError(Problem);

/// One thing wrong with an input: where, what for programs, what for people.
pub type FieldMistake = (&'static str, &'static str, String);

impl ApiError {
    /// A problem of that kind, with the code that clients match on and a sentence for people.
    pub fn new(kind: ErrorKind, code: &'static str, detail: impl Into<String>) -> Self {
        Self(Problem::new(kind, code, detail))
    }

    /// There is no such thing here; another tenant's looks the same.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(
            ErrorKind::NotFound,
            "not_found",
            format!("there is no such {what}"),
        )
    }

    /// The input is wrong, in these fields.
    pub fn fields(mistakes: impl IntoIterator<Item = FieldMistake>) -> Self {
        let problem = Problem::new(
            ErrorKind::Invalid,
            "invalid",
            "some of what was sent is not valid",
        );
        Self(
            mistakes
                .into_iter()
                .fold(problem, |problem, (field, code, message)| {
                    problem.with_field(field, code, message)
                }),
        )
    }

    /// One field of the input is wrong.
    pub fn field(field: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Self::fields([(field, code, message.into())])
    }

    /// Nobody we believe is asking.
    #[must_use]
    pub fn unauthenticated(detail: &str) -> Self {
        Self::new(ErrorKind::Unauthenticated, "unauthenticated", detail)
    }

    /// Too many; after `wait` it may work.
    #[must_use]
    pub fn rate_limited(detail: &str, wait: Duration) -> Self {
        // Rounded up: who comes back when told must not be a moment early.
        let wait = wait.saturating_add(Duration::from_millis(999));
        Self::new(ErrorKind::RateLimited, "rate_limited", detail).after(wait)
    }

    /// Larger than what is taken.
    #[must_use]
    pub fn too_large(limit: usize) -> Self {
        Self(problem::too_large(limit))
    }

    /// The same, telling the client when to come back.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self(self.0.after(wait))
    }

    /// The same, with another status of its class.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        Self(self.0.with_status(status))
    }

    /// Our own mistake; `cause` goes to the log.
    pub fn internal(cause: impl fmt::Display) -> Self {
        tracing::error!(error = %cause, "request failed");
        Self::new(
            ErrorKind::Internal,
            "internal",
            "something went wrong on our side",
        )
    }

    fn of_kind(kind: ErrorKind, cause: impl fmt::Display) -> Self {
        if !kind.is_transient() {
            return Self::internal(cause);
        }
        tracing::warn!(error = %cause, "a part we depend on is away");
        Self::new(
            ErrorKind::Unavailable,
            "unavailable",
            "try again in a moment",
        )
        .after(Duration::from_secs(2))
    }

    /// The problem, for answers that are no HTTP response of their own.
    #[must_use]
    pub const fn problem(&self) -> &Problem {
        &self.0
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.0.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        self.0.error_response()
    }
}

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        Self::of_kind(error.kind(), &error)
    }
}

impl From<BrokerError> for ApiError {
    fn from(error: BrokerError) -> Self {
        Self::of_kind(error.kind(), &error)
    }
}
