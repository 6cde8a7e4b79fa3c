//! Reads a reply out of whatever a model wrote.

use serde_json::{Deserializer, Map, Value};
use xin_domain::ReplyAction;

use crate::model::{Citation, ReplyRequest, StructuredReply};
use crate::quote::best_quote;

/// How many braces are tried as the beginning of the reply's object. Each failed try may read the
/// rest of the text, and a hostile text has many braces.
const MOST_TRIES: usize = 32;

/// The reply in `written`: the form that was asked for, or else plain words.
///
/// What is written in an unusual way but can only mean one thing is read; what is missing, apart
/// from the text, is filled in.
///
/// # Errors
/// What is wrong with it, in words that the model can act on.
pub(super) fn read(written: &str, request: &ReplyRequest) -> Result<StructuredReply, String> {
    let written = without_fences(written.trim());
    if written.is_empty() {
        return Err("it is empty".to_owned());
    }
    match find_object(written) {
        Some(object) => from_object(&object, request),
        None if written.starts_with('{') => Err("its JSON is broken or cut".to_owned()),
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
) -> Result<StructuredReply, String> {
    let mut faults = Vec::new();
    let text = object
        .get("text")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .trim();
    let action = field(object, "action", |value| action(value.as_str()?)).unwrap_or_else(|()| {
        faults.push(r#""action" must be "answer", "clarify", "hand_off" or "decline""#);
        None
    });
    let action = action.unwrap_or(ReplyAction::Answer);
    let text = match action {
        ReplyAction::HandOff if text.is_empty() => request.texts.unknown.as_str(),
        ReplyAction::Answer | ReplyAction::Clarify | ReplyAction::Decline if text.is_empty() => {
            faults.push(r#""text" must be a text and not empty"#);
            text
        }
        ReplyAction::Answer
        | ReplyAction::Clarify
        | ReplyAction::HandOff
        | ReplyAction::Decline => text,
    };
    let numbers = field(object, "citations", passage_numbers).unwrap_or_else(|()| {
        faults.push(r#""citations" must be a list of integers, the numbers of passages"#);
        None
    });
    let language = field(object, "language", language).unwrap_or_else(|()| {
        faults.push(r#""language" must be an ISO 639-1 code, such as "fa""#);
        None
    });
    let confidence = field(object, "confidence", confidence).unwrap_or_else(|()| {
        faults.push(r#""confidence" must be a number from 0 to 1"#);
        None
    });
    if !faults.is_empty() {
        return Err(faults.join("; "));
    }
    Ok(StructuredReply {
        action,
        text: text.to_owned(),
        citations: citations(&numbers.unwrap_or_default(), text, request),
        language: language.unwrap_or_else(|| request.language.clone()),
        confidence,
    })
}

/// A field as `read` understands it; nothing when it is absent.
fn field<T>(
    object: &Map<String, Value>,
    name: &str,
    read: impl Fn(&Value) -> Option<T>,
) -> Result<Option<T>, ()> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => read(value).map(Some).ok_or(()),
    }
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

/// The citations of those passages, each once, with the words that carry the text.
fn citations(numbers: &[usize], text: &str, request: &ReplyRequest) -> Vec<Citation> {
    let mut citations: Vec<Citation> = Vec::new();
    for passage in numbers.iter().copied() {
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

/// `2`, `"2"`, `"[2]"`, `"[1][2]"`, an object with such a number in it, or a list of these.
fn passage_numbers(value: &Value) -> Option<Vec<usize>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::Number(number) => Some(vec![usize::try_from(number.as_u64()?).ok()?]),
        Value::String(written) => written
            .split(|letter: char| !letter.is_numeric())
            .filter(|digits| !digits.is_empty())
            .map(number)
            .collect::<Option<Vec<_>>>()
            .filter(|numbers| !numbers.is_empty() || written.trim().is_empty()),
        Value::Object(object) => ["passage", "number", "id", "index"]
            .into_iter()
            .find_map(|name| passage_numbers(object.get(name)?)),
        Value::Array(listed) => {
            let numbers: Option<Vec<_>> = listed
                .iter()
                .map(|one| match one {
                    Value::Array(_) => None,
                    Value::Null
                    | Value::Bool(_)
                    | Value::Number(_)
                    | Value::String(_)
                    | Value::Object(_) => passage_numbers(one),
                })
                .collect();
            Some(numbers?.concat())
        }
        Value::Bool(_) => None,
    }
}

/// A number in Latin, Persian or Arabic digits.
fn number(digits: &str) -> Option<usize> {
    let latin: Option<String> = digits
        .chars()
        .map(|digit| {
            let value = match digit {
                '0'..='9' => u32::from(digit) - u32::from('0'),
                '۰'..='۹' => u32::from(digit) - u32::from('۰'),
                '٠'..='٩' => u32::from(digit) - u32::from('٠'),
                _ => return None,
            };
            char::from_digit(value, 10)
        })
        .collect();
    latin?.parse().ok()
}

/// The first subtag of a language tag, or the code of a language that was named.
fn language(value: &Value) -> Option<String> {
    let tag = value.as_str()?.trim().to_lowercase();
    match tag.as_str() {
        "persian" | "farsi" | "فارسی" => return Some("fa".to_owned()),
        "arabic" | "العربية" => return Some("ar".to_owned()),
        "english" => return Some("en".to_owned()),
        _ => {}
    }
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
            assert!(read(written, &request()).is_err(), "{written}");
        }
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let fault = read(
            r#"{"action":"sing","text":3,"citations":["x"],"language":"?","confidence":7000}"#,
            &request(),
        )
        .unwrap_err();
        for field in ["action", "text", "citations", "language", "confidence"] {
            assert!(fault.contains(&format!("\"{field}\"")), "{field}: {fault}");
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
        let reply = reply(r#"{"text":"a","citations":["[1]",{"passage":"۷"},1,null,0]}"#);
        let numbers: Vec<_> = reply
            .citations
            .iter()
            .map(|citation| citation.passage)
            .collect();
        assert_eq!(numbers, [1, 7, 0]);
        assert_eq!(reply.citations[1].quote, "");
        let several = self::reply(r#"{"text":"a","citations":"[1][2], 1"}"#);
        assert_eq!(several.citations.len(), 2);
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
