//! Text as `PostgreSQL` takes it: everything but the character NUL, which models and platforms may
//! write inside of JSON.

use serde_json::Value;

/// The text without NUL.
pub(crate) fn text(text: &str) -> String {
    text.replace('\0', "")
}

/// The value without NUL in its texts and keys.
pub(crate) fn json(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(self::text(&text)),
        Value::Array(items) => Value::Array(items.into_iter().map(json).collect()),
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(key, value)| (text(&key), json(value)))
                .collect(),
        ),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_)) => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn nul_is_left_out_everywhere() {
        let value = json!({"a\0": ["x\0y", {"b": "\0"}], "n": 1});
        let clean = json!({"a": ["xy", {"b": ""}], "n": 1});
        assert_eq!(super::json(value), clean);
        assert_eq!(super::text("س\0لام"), "سلام");
    }
}
