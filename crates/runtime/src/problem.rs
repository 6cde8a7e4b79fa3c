//! Answers that say what went wrong, in one form (RFC 9457).
//!
//! Policy: what a client did wrong is said in full. Of our own troubles the client learns the trace
//! id and nothing else.

use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, ResponseError, error, web};
use serde::Serialize;
use xin_domain::ErrorKind;

use crate::telemetry;

/// One thing wrong with the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where.
    pub field: String,
    /// What, for programs.
    pub code: String,
    /// What, for people.
    pub message: String,
}

/// What went wrong with a request.
#[derive(Clone, Debug)]
pub struct Problem {
    kind: ErrorKind,
    code: String,
    detail: String,
    errors: Vec<FieldError>,
    retry_after: Option<Duration>,
    status: Option<StatusCode>,
}

/// The body of a problem answer.
#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    code: &'a str,
    detail: &'a str,
    trace_id: String,
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    errors: &'a [FieldError],
}

impl Problem {
    /// A problem of that kind, with a code for programs and a sentence for people.
    pub fn new(kind: ErrorKind, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            kind,
            code: code.into(),
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            status: None,
        }
    }

    /// Adds one thing that is wrong with the input.
    #[must_use]
    pub fn with_field(
        mut self,
        field: impl Into<String>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        self.errors.push(FieldError {
            field: field.into(),
            code: code.into(),
            message: message.into(),
        });
        self
    }

    /// Tells the client when to come back.
    #[must_use]
    pub fn after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Uses another status of the same class.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// What kind of problem it is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The answer's body.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!(self.body())
    }

    fn body(&self) -> Body<'_> {
        let status = self.status_code();
        let detail = if status.is_server_error() && self.kind == ErrorKind::Internal {
            "something went wrong on our side; tell us the trace id"
        } else {
            &self.detail
        };
        Body {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            code: &self.code,
            detail,
            trace_id: telemetry::current_trace_id(),
            errors: &self.errors,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code, self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status.unwrap_or(match self.kind {
            ErrorKind::Invalid => StatusCode::BAD_REQUEST,
            ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
            ErrorKind::Forbidden => StatusCode::FORBIDDEN,
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            ErrorKind::Conflict => StatusCode::CONFLICT,
            ErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            ErrorKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
            ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        })
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header(ContentType("application/problem+json".parse().unwrap_or(
            // The parse of a constant cannot fail; JSON is true in any case.
            mime_json(),
        )));
        if let Some(wait) = self.retry_after {
            response.insert_header((RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1))));
        }
        if self.kind == ErrorKind::Unauthenticated {
            response.insert_header(("WWW-Authenticate", "Bearer"));
        }
        let body = serde_json::to_string(&self.body()).unwrap_or_default();
        response.body(body)
    }
}

fn mime_json() -> actix_web::mime::Mime {
    actix_web::mime::APPLICATION_JSON
}

/// Bodies that are not the JSON we want become problems.
#[must_use]
pub fn json_config(limit: usize) -> web::JsonConfig {
    web::JsonConfig::default()
        .limit(limit)
        .error_handler(|error, _| json_problem(&error).into())
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library adds errors, and all others are malformed JSON"
)]
fn json_problem(error: &error::JsonPayloadError) -> Problem {
    match error {
        error::JsonPayloadError::OverflowKnownLength { limit, .. }
        | error::JsonPayloadError::Overflow { limit } => too_large(*limit),
        error::JsonPayloadError::ContentType => Problem::new(
            ErrorKind::Invalid,
            "content_type",
            "send JSON, with the header Content-Type: application/json",
        )
        .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE),
        other => Problem::new(ErrorKind::Invalid, "malformed_json", other.to_string()),
    }
}

/// A body is larger than what is taken.
#[must_use]
pub fn too_large(limit: usize) -> Problem {
    let detail = format!("the body is larger than {limit} bytes");
    Problem::new(ErrorKind::Invalid, "too_large", detail).with_status(StatusCode::PAYLOAD_TOO_LARGE)
}

/// Query strings that are not what we want become problems.
#[must_use]
pub fn query_config() -> web::QueryConfig {
    web::QueryConfig::default().error_handler(|error, _| {
        Problem::new(ErrorKind::Invalid, "malformed_query", error.to_string()).into()
    })
}

/// Paths whose parts are not what we want name nothing.
#[must_use]
pub fn path_config() -> web::PathConfig {
    web::PathConfig::default().error_handler(|_, _| nothing_here().into())
}

/// Answers what no route takes.
pub async fn not_found(_request: HttpRequest) -> HttpResponse {
    nothing_here().error_response()
}

fn nothing_here() -> Problem {
    Problem::new(
        ErrorKind::NotFound,
        "not_found",
        "there is nothing at this address",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_trouble_is_not_told() {
        let problem = Problem::new(ErrorKind::Internal, "internal", "password=hunter2");
        assert!(!problem.to_json().to_string().contains("hunter2"));
        let problem =
            Problem::new(ErrorKind::Invalid, "invalid", "wrong").with_field("a", "b", "c");
        let json = problem.to_json();
        assert_eq!(json["status"], 400);
        assert_eq!(json["errors"][0]["field"], "a");
        assert!(!json["trace_id"].as_str().unwrap().is_empty());
    }
}
