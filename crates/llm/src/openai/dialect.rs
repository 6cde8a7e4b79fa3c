//! Which parts of the protocol a server has turned out not to speak.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

use crate::error::LlmError;

/// What a request can do without. A longer name stands before one that it contains.
const OPTIONAL: [&str; 7] = [
    "response_format",
    "stream_options",
    "encoding_format",
    "max_tokens",
    "temperature",
    "dimensions",
    "stream",
];

/// The parameters that one server refused, remembered so that only the first request pays.
#[derive(Debug, Default)]
pub(super) struct Dialect(Mutex<BTreeSet<&'static str>>);

impl Dialect {
    /// The request as this server takes it.
    pub(super) fn spoken(&self, body: &Map<String, Value>) -> Map<String, Value> {
        let refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut spoken = body.clone();
        for parameter in refused.iter() {
            let value = spoken.remove(*parameter);
            if let ("max_tokens", Some(limit)) = (*parameter, value) {
                // The newer name of the same thing, which the newer models insist on.
                spoken.insert("max_completion_tokens".to_owned(), limit);
            }
        }
        if refused.contains("stream") {
            spoken.remove("stream_options");
        }
        spoken
    }

    /// Learns from a refusal of `spoken`; whether there is anything to try differently.
    pub(super) fn learn(&self, error: &LlmError, spoken: &Map<String, Value>) -> bool {
        let LlmError::Refused {
            status: 400 | 422,
            message,
        } = error
        else {
            return false;
        };
        let named = OPTIONAL
            .into_iter()
            .find(|parameter| spoken.contains_key(*parameter) && message.contains(parameter));
        named.is_some_and(|parameter| self.leave_out(parameter))
    }

    /// Leaves a parameter out from now on; whether that is news.
    pub(super) fn leave_out(&self, parameter: &'static str) -> bool {
        tracing::info!(
            llm.parameter = parameter,
            "the model server does without a parameter"
        );
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(parameter)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body() -> Map<String, Value> {
        let body = json!({
            "model": "m", "stream": true, "stream_options": {"include_usage": true},
            "response_format": {"type": "json_object"}, "max_tokens": 5,
        });
        body.as_object().cloned().unwrap()
    }

    fn refusal(message: &str) -> LlmError {
        LlmError::Refused {
            status: 400,
            message: message.to_owned(),
        }
    }

    #[test]
    fn a_refused_parameter_is_left_out_once() {
        let dialect = Dialect::default();
        let error = refusal("'response_format' is not supported");
        assert!(dialect.learn(&error, &dialect.spoken(&body())));
        assert!(!dialect.spoken(&body()).contains_key("response_format"));
        assert!(
            !dialect.learn(&error, &dialect.spoken(&body())),
            "nothing is left to try"
        );
    }

    #[test]
    fn a_longer_name_is_not_taken_for_a_shorter() {
        let dialect = Dialect::default();
        assert!(dialect.learn(&refusal("unknown field stream_options"), &body()));
        assert_eq!(dialect.spoken(&body())["stream"], true);
    }

    #[test]
    fn the_limit_has_a_newer_name() {
        let dialect = Dialect::default();
        let message = "Unsupported parameter: 'max_tokens', use 'max_completion_tokens'";
        assert!(dialect.learn(&refusal(message), &body()));
        assert_eq!(dialect.spoken(&body())["max_completion_tokens"], 5);
    }

    #[test]
    fn other_errors_teach_nothing() {
        let dialect = Dialect::default();
        assert!(!dialect.learn(&refusal("the context is too long"), &body()));
        assert!(!dialect.learn(&LlmError::KeyRefused { status: 401 }, &body()));
        assert!(!dialect.learn(&LlmError::unavailable("stream"), &body()));
    }
}
