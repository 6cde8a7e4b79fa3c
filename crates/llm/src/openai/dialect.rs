//! Which parts of the protocol a server has turned out not to speak, and by which means it gives
//! a structure.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use super::form::{Form, form_of};
use crate::error::LlmError;

/// What a request can do without. A longer name stands before one that it contains.
const OPTIONAL: [&str; 6] = [
    "stream_options",
    "encoding_format",
    "max_tokens",
    "temperature",
    "dimensions",
    "stream",
];

/// What one server refused, remembered so that only the first request pays.
#[derive(Debug, Default)]
pub(super) struct Dialect(Mutex<Learned>);

#[derive(Debug, Default)]
struct Learned {
    refused: BTreeSet<&'static str>,
    form: Form,
}

impl Dialect {
    /// A dialect that begins with that form of structure.
    pub(super) fn beginning_with(form: Form) -> Self {
        Self(Mutex::new(Learned {
            refused: BTreeSet::new(),
            form,
        }))
    }

    /// By which means the server gives a structure, as far as is known.
    pub(super) fn form(&self) -> Form {
        self.learned().form
    }

    /// Whether the server streams, as far as is known.
    pub(super) fn streams(&self) -> bool {
        !self.learned().refused.contains("stream")
    }

    /// The request as this server takes it.
    pub(super) fn spoken(&self, body: &Map<String, Value>) -> Map<String, Value> {
        let learned = self.learned();
        let refused = &learned.refused;
        let mut spoken = body.clone();
        if body.contains_key("messages") {
            learned.form.ask(&mut spoken);
        }
        for parameter in refused {
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
        let form = form_of(spoken);
        if form.is_refused_by(error) {
            return self.give_up(form);
        }
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
        self.learned().refused.insert(parameter)
    }

    /// Goes on to the next form, unless another request has done so meanwhile; whether there is one
    /// to try.
    fn give_up(&self, form: Form) -> bool {
        let mut learned = self.learned();
        if learned.form == form {
            let Some(next) = form.next() else {
                return false;
            };
            tracing::info!(
                llm.form = next.as_str(),
                "the model server gives structure by other means"
            );
            learned.form = next;
        }
        true
    }

    fn learned(&self) -> MutexGuard<'_, Learned> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body() -> Map<String, Value> {
        let body = json!({
            "model": "m", "stream": true, "stream_options": {"include_usage": true},
            "temperature": 0.5, "messages": [], "max_tokens": 5,
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
        let error = refusal("'temperature' is not supported");
        assert!(dialect.learn(&error, &dialect.spoken(&body())));
        assert!(!dialect.spoken(&body()).contains_key("temperature"));
        assert!(
            !dialect.learn(&error, &dialect.spoken(&body())),
            "nothing is left to try"
        );
    }

    #[test]
    fn the_form_is_walked_down_and_remembered() {
        let dialect = Dialect::default();
        let refusals = [
            (
                Form::JsonSchema,
                "Invalid value: 'json_schema'",
                Form::JsonMode,
            ),
            (
                Form::JsonMode,
                "'response_format' is not supported",
                Form::Tools,
            ),
            (
                Form::Tools,
                "\"auto\" Tool choice requires a parser",
                Form::Plain,
            ),
        ];
        for (before, message, after) in refusals {
            let spoken = dialect.spoken(&body());
            assert_eq!(form_of(&spoken), before);
            assert!(dialect.learn(&refusal(message), &spoken), "{message}");
            assert_eq!(dialect.form(), after);
            assert!(
                dialect.learn(&refusal(message), &spoken),
                "a request that was under way meanwhile is tried again too"
            );
            assert_eq!(dialect.form(), after);
        }
        let plain = dialect.spoken(&body());
        assert!(!plain.contains_key("response_format") && !plain.contains_key("tools"));
        assert!(!dialect.learn(&refusal("response_format and tools"), &plain));
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
