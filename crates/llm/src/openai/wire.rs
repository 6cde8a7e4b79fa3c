//! What servers answer, read so that a missing or odd field is never an error.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

/// A completion, or a piece of one that is streamed.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Completion(Value);

impl Completion {
    /// The text in it; some servers fill `message` where the protocol says `delta`.
    pub(super) fn text(&self) -> Option<&str> {
        [
            "/choices/0/delta/content",
            "/choices/0/message/content",
            "/choices/0/text",
        ]
        .into_iter()
        .find_map(|place| self.0.pointer(place)?.as_str())
    }

    /// The arguments of the function it calls, or the next piece of them. Some servers give the
    /// object itself instead of its text.
    pub(super) fn arguments(&self) -> Option<Cow<'_, str>> {
        [
            "/choices/0/delta/tool_calls/0",
            "/choices/0/message/tool_calls/0",
            "/choices/0/delta",
            "/choices/0/message",
        ]
        .into_iter()
        .find_map(|place| {
            let call = self.0.pointer(place)?;
            // Calls after the first have their own pieces.
            if call.get("index").is_some_and(|index| *index != 0) {
                return None;
            }
            let function = call.get("function").or_else(|| call.get("function_call"))?;
            match function.get("arguments")? {
                Value::String(text) => Some(Cow::Borrowed(text.as_str())),
                object @ Value::Object(_) => Some(Cow::Owned(object.to_string())),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
            }
        })
    }

    /// Why the model stopped, once it has.
    pub(super) fn finish_reason(&self) -> Option<&str> {
        self.0.pointer("/choices/0/finish_reason")?.as_str()
    }

    /// The model that answers, as the server names it.
    pub(super) fn model(&self) -> Option<&str> {
        self.0
            .get("model")?
            .as_str()
            .filter(|name| !name.is_empty())
    }

    /// Tokens read, where they are counted.
    pub(super) fn prompt_tokens(&self) -> Option<u32> {
        count(self.0.pointer("/usage/prompt_tokens")?)
    }

    /// Tokens written, where they are counted.
    pub(super) fn completion_tokens(&self) -> Option<u32> {
        count(self.0.pointer("/usage/completion_tokens")?)
    }

    /// What went wrong, for servers that say so in the middle of a stream.
    pub(super) fn error(&self) -> Option<String> {
        self.0.get("error").filter(|error| !error.is_null())?;
        Some(error_message(&self.0))
    }
}

fn count(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|count| u32::try_from(count).ok())
}

/// The vectors of some texts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Embeddings {
    /// One per text.
    pub(super) data: Vec<Embedding>,
}

/// The vector of one text.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Embedding {
    /// Which text it belongs to.
    pub(super) index: Option<usize>,
    /// The vector.
    pub(super) embedding: Vec<f32>,
}

/// The words in an error body, in any of the forms that servers use.
pub(super) fn error_message(body: &Value) -> String {
    [
        "/error/message",
        "/error",
        "/message",
        "/detail",
        "/detail/0/msg",
    ]
    .into_iter()
    .find_map(|place| body.pointer(place)?.as_str())
    .map_or_else(|| body.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn odd_answers_are_read() {
        let odd = json!({"choices": null, "usage": "none", "model": 7});
        let completion = Completion(odd);
        assert_eq!(completion.text(), None);
        assert_eq!(completion.model(), None);
        assert_eq!(completion.prompt_tokens(), None);
        assert_eq!(completion.error(), None);
    }

    #[test]
    fn arguments_are_read_in_many_forms() {
        for body in [
            json!({"choices": [{"delta": {"tool_calls": [
                {"index": 0, "function": {"name": "reply", "arguments": "{}"}}]}}]}),
            json!({"choices": [{"message": {"content": null, "tool_calls": [
                {"id": "1", "function": {"name": "reply", "arguments": {}}}]}}]}),
            json!({"choices": [{"message": {"function_call": {"arguments": "{}"}}}]}),
        ] {
            assert_eq!(Completion(body).arguments().as_deref(), Some("{}"));
        }
        let second = json!({"choices": [{"delta": {"tool_calls": [
            {"index": 1, "function": {"arguments": "{}"}}]}}]});
        assert_eq!(Completion(second).arguments(), None);
    }

    #[test]
    fn errors_are_told_in_many_forms() {
        for body in [
            json!({"error": {"message": "no", "code": 5}}),
            json!({"error": "no"}),
            json!({"message": "no"}),
            json!({"detail": "no"}),
            json!({"detail": [{"msg": "no"}]}),
        ] {
            assert_eq!(error_message(&body), "no");
        }
    }
}
