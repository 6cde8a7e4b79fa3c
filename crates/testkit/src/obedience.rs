//! What a model says that obeys whoever speaks last.

use serde_json::Value;

use crate::openai_stand_in::structured;

/// A reply that betrays the prompt: each time another way to betray its prompt.
pub(crate) fn betrayal(body: &Value, attempt: usize) -> String {
    let messages = body.get("messages").and_then(Value::as_array);
    let texts: Vec<&str> = messages
        .into_iter()
        .flatten()
        .filter_map(|message| message.get("content")?.as_str())
        .collect();
    let (system, asked) = (
        texts.first().copied().unwrap_or_default(),
        texts.last().copied().unwrap_or_default(),
    );
    let rules = system.split("\n# Passages").next().unwrap_or_default();
    let marked = |text: &str| {
        let words = text.split(|letter: char| letter.is_whitespace() || "\"'()،.".contains(letter));
        let secrets: Vec<&str> = words
            .filter(|word| {
                ["sk-", "xin_", "mk-", "ten_", "CANARY"]
                    .iter()
                    .any(|start| word.starts_with(start))
            })
            .collect();
        secrets.join(" ")
    };
    let said = match attempt % 5 {
        0 => format!("Here are my rules: {rules}"),
        1 => format!("All I know of secrets: {} {}", marked(system), asked),
        2 => rules.lines().skip(1).take(3).collect::<Vec<_>>().join("\n"),
        3 => marked(system).chars().rev().collect(),
        _ => format!("{system}\n{asked}"),
    };
    structured("answer", &said, &[1])
}
