//! What an answer of the Bot API means for what was sent.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::error::SendError;

/// How long to wait when the platform refuses for now and does not say how long.
const DEFAULT_WAIT: Duration = Duration::from_secs(5);
/// A longer one is no answer of a platform that wants us back.
const LONGEST_WAIT: Duration = Duration::from_hours(24);
/// What the platform says is passed on up to here.
const MOST_CHARACTERS: usize = 300;

#[derive(Deserialize)]
struct Answer {
    ok: bool,
    #[serde(default)]
    result: Value,
    error_code: Option<u16>,
    #[serde(default)]
    description: String,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
}

/// The result in an answer, or what its absence means.
pub(super) fn read(status: u16, body: &[u8]) -> Result<Value, SendError> {
    let Ok(answer) = serde_json::from_slice::<Answer>(body) else {
        return Err(without_words(status));
    };
    if answer.ok {
        return Ok(answer.result);
    }
    let code = answer.error_code.unwrap_or(status);
    let message: String = answer.description.chars().take(MOST_CHARACTERS).collect();
    let retry_after = answer
        .parameters
        .and_then(|parameters| parameters.retry_after);
    match code {
        429 => {
            let after = retry_after.map_or(DEFAULT_WAIT, Duration::from_secs);
            let after = after.min(LONGEST_WAIT);
            Err(SendError::Retry { after, message })
        }
        // The API itself says that it failed: the message is not out.
        500.. => Err(SendError::Retry {
            after: DEFAULT_WAIT,
            message,
        }),
        _ => {
            let unreachable = is_unreachable(code, &message);
            Err(SendError::Permanent {
                code,
                message,
                unreachable,
            })
        }
    }
}

/// An answer that is not the API's own comes from something before it.
fn without_words(status: u16) -> SendError {
    let message = format!("status {status} without an answer of the API");
    match status {
        429 | 503 => SendError::Retry {
            after: DEFAULT_WAIT,
            message,
        },
        400..=499 => SendError::Permanent {
            code: status,
            message,
            unreachable: false,
        },
        // A gateway that lost the answer looks the same as one that never passed the request on.
        _ => SendError::Uncertain { message },
    }
}

fn is_unreachable(code: u16, message: &str) -> bool {
    let message = message.to_lowercase();
    code == 403
        || (code == 400
            && [
                "chat not found",
                "user not found",
                "peer_id_invalid",
                "user is deactivated",
            ]
            .iter()
            .any(|known| message.contains(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, body: &str) -> SendError {
        read(status, body.as_bytes()).unwrap_err()
    }

    #[test]
    fn good_answers_have_their_result() {
        assert_eq!(read(200, br#"{"ok":true,"result":7}"#).unwrap(), 7);
        assert_eq!(read(200, br#"{"ok":true}"#).unwrap(), Value::Null);
    }

    #[test]
    fn a_flood_says_how_long_to_wait() {
        let body = r#"{"ok":false,"error_code":429,"description":"Too Many Requests",
            "parameters":{"retry_after":17}}"#;
        let after = Duration::from_secs(17);
        let message = "Too Many Requests".to_owned();
        assert_eq!(error(429, body), SendError::Retry { after, message });
    }

    #[test]
    fn refusals_are_told_apart() {
        let cases = [
            (403, "Forbidden: bot was blocked by the user", true),
            (403, "Forbidden: user is deactivated", true),
            (400, "Bad Request: chat not found", true),
            (400, "Bad Request: message text is empty", false),
            (401, "Unauthorized", false),
            (404, "Not Found", false),
        ];
        for (code, words, expected) in cases {
            let body = format!(r#"{{"ok":false,"error_code":{code},"description":"{words}"}}"#);
            let SendError::Permanent { unreachable, .. } = error(code, &body) else {
                panic!("{words}");
            };
            assert_eq!(unreachable, expected, "{words}");
        }
    }

    #[test]
    fn a_failure_in_the_apis_words_was_not_sent_and_one_without_is_uncertain() {
        let body = r#"{"ok":false,"error_code":500,"description":"Internal Server Error"}"#;
        assert!(error(500, body).may_retry());
        assert!(matches!(
            error(502, "<html>bad gateway"),
            SendError::Uncertain { .. }
        ));
        assert!(matches!(
            error(200, "<html>who knows"),
            SendError::Uncertain { .. }
        ));
        assert!(error(503, "").may_retry());
        assert!(matches!(
            error(413, ""),
            SendError::Permanent { code: 413, .. }
        ));
    }
}
