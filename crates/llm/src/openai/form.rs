//! The means by which a server can be made to answer with a structure, the best first.

use serde_json::{Map, Value, json};
use xin_domain::ReplyAction;

use crate::error::LlmError;

/// The function that a model calls with its reply.
const FUNCTION: &str = "reply";

/// A means by which a server gives a structure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Form {
    /// It keeps to a JSON schema.
    #[default]
    JsonSchema,
    /// It writes some JSON object; the prompt says which.
    JsonMode,
    /// It calls a function whose arguments are the structure.
    Tools,
    /// It has no means: the prompt asks for JSON, and plain words are understood too.
    Plain,
}

impl Form {
    /// All of them, the best first.
    pub const ALL: [Self; 4] = [Self::JsonSchema, Self::JsonMode, Self::Tools, Self::Plain];

    /// Its name in settings and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JsonSchema => "json_schema",
            Self::JsonMode => "json_object",
            Self::Tools => "tools",
            Self::Plain => "none",
        }
    }

    /// The form of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.as_str() == name)
    }

    /// What to try when a server refuses this one.
    pub(crate) const fn next(self) -> Option<Self> {
        match self {
            Self::JsonSchema => Some(Self::JsonMode),
            Self::JsonMode => Some(Self::Tools),
            Self::Tools => Some(Self::Plain),
            Self::Plain => None,
        }
    }

    /// Adds to a request for a reply what asks for it in this form.
    pub(super) fn ask(self, body: &mut Map<String, Value>) {
        match self {
            Self::JsonSchema => {
                let schema = json!({"name": FUNCTION, "strict": true, "schema": reply_schema()});
                let format = json!({"type": "json_schema", "json_schema": schema});
                body.insert("response_format".to_owned(), format);
            }
            Self::JsonMode => {
                let format = json!({"type": "json_object"});
                body.insert("response_format".to_owned(), format);
            }
            Self::Tools => {
                let function = json!({
                    "name": FUNCTION, "description": "Gives the reply to the customer.",
                    "parameters": reply_schema(),
                });
                let tools = json!([{"type": "function", "function": function}]);
                let choice = json!({"type": "function", "function": {"name": FUNCTION}});
                body.insert("tools".to_owned(), tools);
                body.insert("tool_choice".to_owned(), choice);
            }
            Self::Plain => {}
        }
    }

    /// Whether the server's error is about this form.
    pub(super) fn is_refused_by(self, error: &LlmError) -> bool {
        let message = match error {
            LlmError::Refused {
                status: 400 | 404 | 422,
                message,
            } => message,
            // Some servers fail over a schema that they cannot turn into a grammar.
            LlmError::Unavailable { message }
                if message.starts_with("500") || message.starts_with("501") =>
            {
                message
            }
            LlmError::Refused { .. }
            | LlmError::Unavailable { .. }
            | LlmError::Timeout
            | LlmError::RateLimited { .. }
            | LlmError::KeyRefused { .. }
            | LlmError::Settings { .. }
            | LlmError::Malformed { .. } => return false,
        };
        let message = message.to_ascii_lowercase();
        let names: &[&str] = match self {
            Self::JsonSchema | Self::JsonMode => &[
                "response_format",
                "response format",
                "json_schema",
                "json_object",
                "json mode",
                "schema",
                "structured",
                "grammar",
            ],
            Self::Tools => &["tool", "function"],
            Self::Plain => &[],
        };
        names.iter().any(|name| message.contains(name))
    }
}

/// The form that a request asks for.
pub(super) fn form_of(body: &Map<String, Value>) -> Form {
    let kind = body
        .get("response_format")
        .and_then(|format| format.get("type"));
    match kind.and_then(Value::as_str) {
        Some("json_schema") => Form::JsonSchema,
        Some(_) => Form::JsonMode,
        None if body.contains_key("tools") => Form::Tools,
        None => Form::Plain,
    }
}

/// The structure of a reply. Without limits on numbers and lengths, which strict servers refuse.
fn reply_schema() -> Value {
    let actions = ReplyAction::ALL.map(ReplyAction::as_str);
    json!({
        "type": "object",
        "properties": {
            "action": {"type": "string", "enum": actions},
            "text": {"type": "string", "description": "What the customer reads."},
            "citations": {
                "type": "array", "items": {"type": "integer"},
                "description": "The numbers of the passages that the text relies on.",
            },
            "language": {"type": "string", "description": "ISO 639-1 code of the text."},
            "confidence": {"type": "number", "description": "From 0 to 1."},
        },
        "required": ["action", "text", "citations", "language", "confidence"],
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_a_name_and_asks_for_itself() {
        for form in Form::ALL {
            assert_eq!(Form::from_name(form.as_str()), Some(form));
            let mut body = Map::new();
            form.ask(&mut body);
            assert_eq!(form_of(&body), form);
        }
        assert_eq!(Form::from_name("auto"), None);
    }
}
