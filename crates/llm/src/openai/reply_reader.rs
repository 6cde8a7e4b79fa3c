//! Reads a reply out of whatever a model wrote.

use serde_json::{Deserializer, Map, Value};
use xin_domain::ReplyAction;

use crate::error::LlmError;
use crate::model::{Citation, ReplyRequest, StructuredReply};
use crate::quote::best_quote;

/// How many braces are tried as the beginning of the reply's object. Each failed try may read the
/// rest of the text, and a hostile text has many braces.
const MOST_TRIES: usize = 32;

/// The reply in `written`: the form that was asked for, or else plain words.
pub(super) fn read(written: &str, request: &ReplyRequest) -> Result<StructuredReply, LlmError> {
    let written = without_fences(written.trim());
    if written.is_empty() {
        return Err(LlmError::malformed("it is empty"));
    }
    match find_object(written) {
        Some(object) => from_object(&object, request),
        None if written.starts_with('{') => Err(LlmError::malformed("its JSON is broken or cut")),
        None => Ok(StructuredReply {
            action: ReplyAction::Answer,
            text: written.to_owned(),
            citations: Vec::new(),
            language: request.language.clone(),
            confidence: None,
        }),
    }
}

/// The text without a Markdown fence around all of it.
fn without_fences(text: &str) -> &str {
    let Some(fenced) = text.strip_prefix("```") else {
        return text;
    };
    let inside = fenced
        .split_once('\n')
        .map_or(fenced, |(_language, inside)| inside);
    inside.trim_end().trim_end_matches("```").trim()
}

/// The first object that looks like a reply.
fn find_object(text: &str) -> Option<Map<String, Value>> {
    let text = with_escaped_controls(text);
    text.match_indices('{')
        .take(MOST_TRIES)
        .find_map(|(at, _brace)| {
            let mut values = Deserializer::from_str(text.get(at..)?).into_iter::<Value>();
            match values.next()? {
                Ok(Value::Object(object))
                    if object.contains_key("text") || object.contains_key("action") =>
                {
                    Some(object)
                }
                _ => None,
            }
        })
}

/// The text with line breaks inside JSON strings escaped, which many models forget.
fn with_escaped_controls(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let (mut in_string, mut after_backslash) = (false, false);
    for letter in text.chars() {
        match letter {
            '\n' if in_string => escaped.push_str("\\n"),
            '\t' if in_string => escaped.push_str("\\t"),
            control if in_string && control < ' ' => escaped.push(' '),
            other => escaped.push(other),
        }
        match letter {
            '"' if !after_backslash => in_string = !in_string,
            _ => {}
        }
        after_backslash = letter == '\\' && in_string && !after_backslash;
    }
    escaped
}

fn from_object(
    object: &Map<String, Value>,
    request: &ReplyRequest,
) -> Result<StructuredReply, LlmError> {
    let text = object
        .get("text")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .trim();
    let action = object
        .get("action")
        .and_then(Value::as_str)
        .and_then(action)
        .unwrap_or(ReplyAction::Answer);
    let text = match action {
        ReplyAction::HandOff if text.is_empty() => request.texts.unknown.as_str(),
        ReplyAction::Answer | ReplyAction::Clarify | ReplyAction::Decline if text.is_empty() => {
            return Err(LlmError::malformed("it has no text"));
        }
        ReplyAction::Answer
        | ReplyAction::Clarify
        | ReplyAction::HandOff
        | ReplyAction::Decline => text,
    };
    Ok(StructuredReply {
        action,
        text: text.to_owned(),
        citations: citations(object.get("citations"), text, request),
        language: language(object.get("language")).unwrap_or_else(|| request.language.clone()),
        confidence: object.get("confidence").and_then(confidence),
    })
}

/// The action of that name, written in any of the ways that models find.
fn action(name: &str) -> Option<ReplyAction> {
    let letters: String = name.chars().filter(char::is_ascii_alphabetic).collect();
    match letters.to_ascii_lowercase().as_str() {
        "answer" => Some(ReplyAction::Answer),
        "clarify" => Some(ReplyAction::Clarify),
        "handoff" | "escalate" => Some(ReplyAction::HandOff),
        "decline" | "refuse" => Some(ReplyAction::Decline),
        _ => None,
    }
}

fn citations(value: Option<&Value>, text: &str, request: &ReplyRequest) -> Vec<Citation> {
    let listed = match value {
        Some(Value::Array(listed)) => listed.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let mut citations: Vec<Citation> = Vec::new();
    for cited in listed {
        let Some(passage) = passage_number(cited) else {
            continue;
        };
        if citations.iter().any(|earlier| earlier.passage == passage) {
            continue;
        }
        let found = passage
            .checked_sub(1)
            .and_then(|index| request.passages.get(index));
        let quote = found.map_or_else(String::new, |found| best_quote(text, &found.text));
        citations.push(Citation { passage, quote });
    }
    citations
}

/// `2`, `"2"`, `"[2]"`, or an object with such a number in it.
fn passage_number(value: &Value) -> Option<usize> {
    match value {
        Value::Number(number) => usize::try_from(number.as_u64()?).ok(),
        Value::String(written) => {
            let digits: String = written.chars().filter(char::is_ascii_digit).collect();
            digits.parse().ok()
        }
        Value::Object(object) => ["passage", "number", "id", "index"]
            .into_iter()
            .find_map(|name| passage_number(object.get(name)?)),
        Value::Null | Value::Bool(_) | Value::Array(_) => None,
    }
}

/// The first subtag of a language tag, when it is one.
fn language(value: Option<&Value>) -> Option<String> {
    let tag = value?.as_str()?.trim().to_ascii_lowercase();
    let code = tag.split(['-', '_']).next()?;
    let is_code =
        (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase());
    is_code.then(|| code.to_owned())
}

/// A share of one, from a share or a percentage.
fn confidence(value: &Value) -> Option<f32> {
    let number_itself = value.to_string();
    let written = value
        .as_str()
        .unwrap_or(&number_itself)
        .trim()
        .trim_end_matches('%');
    let number: f32 = written.parse().ok()?;
    let share = if number > 1.0 { number / 100.0 } else { number };
    (0.0..=1.0).contains(&share).then_some(share)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::model::{FallbackTexts, GroundingPassage};

    fn request() -> ReplyRequest {
        ReplyRequest {
            system: String::new(),
            history: Vec::new(),
            question: "؟".to_owned(),
            passages: vec![GroundingPassage {
                title: "ارسال".to_owned(),
                text: "ما به همه شهرها ارسال داریم.".to_owned(),
                score: 1.0,
                is_faq: false,
            }],
            confidence: 1.0,
            answer_threshold: 0.5,
            language: "fa".to_owned(),
            texts: FallbackTexts {
                unknown: "همکارم پاسخ می‌دهد.".to_owned(),
            },
            deadline: Duration::from_secs(1),
        }
    }

    fn reply(written: &str) -> StructuredReply {
        read(written, &request()).unwrap()
    }

    #[test]
    fn the_asked_form_is_read() {
        let reply = reply(
            r#"{"action":"answer","text":"بله، به همه شهرها.","citations":[1],"language":"fa-IR","confidence":0.9}"#,
        );
        assert_eq!(reply.action, ReplyAction::Answer);
        assert_eq!(reply.citations[0].passage, 1);
        assert_eq!(reply.citations[0].quote, "ما به همه شهرها ارسال داریم.");
        assert_eq!(
            (reply.language.as_str(), reply.confidence),
            ("fa", Some(0.9))
        );
    }

    #[test]
    fn wrappings_are_removed() {
        for written in [
            "```json\n{\"text\":\"a\\nb\"}\n```",
            "Here is {my} reply:\n{\"text\":\"a\nb\"} I hope it helps",
            "{\"plan\":1} {\"text\":\"a\\nb\"}",
        ] {
            assert_eq!(reply(written).text, "a\nb", "{written}");
        }
    }

    #[test]
    fn plain_words_are_an_answer_without_citations() {
        let reply = reply("بله، ارسال داریم.");
        assert_eq!(
            (reply.action, reply.citations.len()),
            (ReplyAction::Answer, 0)
        );
        assert_eq!(reply.text, "بله، ارسال داریم.");
    }

    #[test]
    fn a_cut_object_is_no_answer() {
        for written in [
            "",
            "  ",
            r#"{"action":"answer","text":"بله"#,
            r#"{"text":""}"#,
            "{}",
        ] {
            assert!(
                matches!(read(written, &request()), Err(LlmError::Malformed { .. })),
                "{written}"
            );
        }
    }

    #[test]
    fn a_wordless_handoff_gets_our_words() {
        let reply = reply(r#"{"action":"Hand-Off","text":""}"#);
        assert_eq!(
            (reply.action, reply.text.as_str()),
            (ReplyAction::HandOff, "همکارم پاسخ می‌دهد.")
        );
    }

    #[test]
    fn citations_are_read_in_many_forms_and_unknown_ones_kept() {
        let reply = reply(r#"{"text":"a","citations":["[1]",{"passage":"7"},1,null,0]}"#);
        let numbers: Vec<_> = reply
            .citations
            .iter()
            .map(|citation| citation.passage)
            .collect();
        assert_eq!(numbers, [1, 7, 0]);
        assert_eq!(reply.citations[1].quote, "");
    }

    #[test]
    fn confidence_is_a_share() {
        for (written, share) in [
            ("0.4", Some(0.4)),
            ("1", Some(1.0)),
            ("90", Some(0.9)),
            ("\"80%\"", Some(0.8)),
            ("-1", None),
            ("\"high\"", None),
        ] {
            assert_eq!(
                confidence(&serde_json::from_str(written).unwrap()),
                share,
                "{written}"
            );
        }
    }

    proptest! {
        #[test]
        fn anything_is_survived(written: String) {
            let _ = read(&written, &request());
        }

        #[test]
        fn any_text_comes_through(text in "\\PC{1,40}") {
            let written = serde_json::json!({"action": "answer", "text": text}).to_string();
            if !text.trim().is_empty() {
                prop_assert_eq!(reply(&written).text, text.trim());
            }
        }
    }
}
