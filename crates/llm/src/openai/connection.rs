//! One way to the server for all requests: no hidden retries, and errors in our words.
//!
//! `async-openai` by itself retries without regard to a deadline, loses the HTTP status of an
//! error body that is not in `OpenAI`'s form, and logs such bodies. [`CheckedHttp`] stands below
//! it and lets only good answers through.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use reqwest::header::{HeaderValue, RETRY_AFTER};
use reqwest::{Response, StatusCode};

use super::{address, wire};
use crate::error::LlmError;

/// An error body is read up to here.
const MOST_ERROR_BYTES: usize = 16 * 1024;
/// And told up to here.
const MOST_ERROR_CHARACTERS: usize = 300;

/// A client of the server at `base_url`. `key` may be empty for servers that ask for none.
pub(super) fn open(
    http: reqwest::Client,
    base_url: &str,
    key: &str,
) -> Result<Client<OpenAIConfig>, LlmError> {
    let base = address::api_base(base_url)?;
    let key = key.trim();
    // `async-openai` panics on a key that cannot stand in a header.
    HeaderValue::from_str(key)
        .map_err(|_invalid| LlmError::settings("the key has characters that no key has"))?;
    // Every field is set, since the defaults come from the environment.
    let config = OpenAIConfig::new()
        .with_api_base(base)
        .with_api_key(key)
        .with_org_id("")
        .with_project_id("");
    let checked = CheckedHttp {
        http: http.clone(),
        key: Arc::from(key),
    };
    Ok(Client::build(http, config).with_http_service(checked))
}

/// Sends requests, and turns every answer but a good one into an [`LlmError`].
#[derive(Clone)]
struct CheckedHttp {
    http: reqwest::Client,
    key: Arc<str>,
}

impl tower_service::Service<HttpRequestFactory> for CheckedHttp {
    type Response = Response;
    type Error = OpenAIError;
    type Future = Pin<Box<dyn Future<Output = Result<Response, OpenAIError>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), OpenAIError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, factory: HttpRequestFactory) -> Self::Future {
        let Self { http, key } = self.clone();
        Box::pin(async move {
            let request = factory.build().await?;
            let response = http.execute(request).await?;
            if response.status().is_success() {
                return Ok(response);
            }
            Err(OpenAIError::Boxed(Box::new(refusal(response, &key).await)))
        })
    }
}

/// Why the server did not answer as asked.
pub(crate) async fn refusal(mut response: Response, key: &str) -> LlmError {
    let status = response.status();
    match status {
        StatusCode::TOO_MANY_REQUESTS => {
            let retry_after = response.headers().get(RETRY_AFTER);
            return LlmError::RateLimited {
                retry_after: retry_after.and_then(seconds),
            };
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            return LlmError::KeyRefused {
                status: status.as_u16(),
            };
        }
        _ => {}
    }
    let mut body = Vec::new();
    while let Ok(Some(piece)) = response.chunk().await {
        body.extend_from_slice(&piece);
        if body.len() >= MOST_ERROR_BYTES {
            break;
        }
    }
    let told = match serde_json::from_slice(&body) {
        Ok(json) => wire::error_message(&json),
        Err(_) => String::from_utf8_lossy(&body).into_owned(),
    };
    let told = shortened(&told, key);
    if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
        return LlmError::unavailable(format!("{} {told}", status.as_u16()));
    }
    LlmError::Refused {
        status: status.as_u16(),
        message: told,
    }
}

fn seconds(header: &HeaderValue) -> Option<Duration> {
    let seconds: u64 = header.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// What a server says, fit for our logs: short, on one line and without the key.
fn shortened(told: &str, key: &str) -> String {
    let told = if key.is_empty() {
        told.to_owned()
    } else {
        told.replace(key, "[key]")
    };
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(MOST_ERROR_CHARACTERS).collect()
}

/// Puts a failure to exchange anything into our words.
pub(crate) fn sent(error: reqwest::Error) -> LlmError {
    if error.is_timeout() {
        return LlmError::Timeout;
    }
    if error.is_connect() {
        return LlmError::unavailable("no connection to it");
    }
    // The URL may hold a key in some set-ups, so it is not told.
    LlmError::unavailable(error.without_url().to_string())
}

/// Puts an error of the client into our words.
pub(super) fn understand(error: OpenAIError) -> LlmError {
    match error {
        OpenAIError::Boxed(error) => match error.downcast::<LlmError>() {
            Ok(error) => *error,
            Err(error) => LlmError::unavailable(error.to_string()),
        },
        OpenAIError::Reqwest(error) => sent(error),
        OpenAIError::StreamError(_) => LlmError::unavailable("the answer broke off"),
        OpenAIError::JSONDeserialize(error, _) => {
            LlmError::malformed(format!("the server's answer is no JSON: {error}"))
        }
        OpenAIError::ApiError(error) => LlmError::Refused {
            status: error.status_code.as_u16(),
            message: shortened(&error.api_error.message, ""),
        },
        other @ (OpenAIError::InvalidArgument(_)
        | OpenAIError::FileSaveError(_)
        | OpenAIError::FileReadError(_)) => LlmError::settings(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_never_told() {
        assert_eq!(
            shortened("bad key sk-1\n for you", "sk-1"),
            "bad key [key] for you"
        );
        assert_eq!(shortened("fine", ""), "fine");
    }

    #[test]
    fn a_key_that_is_no_header_is_refused() {
        let http = reqwest::Client::builder().no_proxy();
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let opened = open(http.build().unwrap(), "http://h", "line\nbreak");
        assert!(matches!(opened.err(), Some(LlmError::Settings { .. })));
    }
}
