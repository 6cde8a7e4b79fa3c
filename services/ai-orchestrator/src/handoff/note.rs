//! What a person who takes over is told: why, what was asked, and what was tried.

use xin_domain::{HandoffReason, Locale};
use xin_llm::{ChatTurn, Speaker};

use super::Cause;
use crate::prompt::{HandoffNote, PromptError, Prompts};

/// Turns before the question that are shown.
const TURNS: usize = 4;
/// Letters of each; what is longer is read in the conversation itself.
const LETTERS: usize = 160;
/// Titles that are named.
const TITLES: usize = 3;

/// What there is to tell.
pub(crate) struct Note<'a> {
    pub(crate) cause: &'a Cause,
    pub(crate) locale: Locale,
    pub(crate) question: &'a str,
    pub(crate) history: &'a [ChatTurn],
    /// The titles of what was found.
    pub(crate) titles: Vec<&'a str>,
}

/// The note, in the language of the tenant's people.
pub(crate) fn note(prompts: &Prompts, note: &Note<'_>) -> Result<String, PromptError> {
    let mut tried: Vec<&str> = Vec::new();
    for title in &note.titles {
        if !tried.contains(title) && tried.len() < TITLES {
            tried.push(title);
        }
    }
    let earlier = note.history.len().saturating_sub(TURNS);
    let earlier = note.history.iter().skip(earlier);
    let question = short(note.question, LETTERS * 3);
    prompts.handoff_note(&HandoffNote {
        locale: note.locale.as_str(),
        reason: reason(note.cause.reason, note.locale),
        detail: note.cause.detail.as_deref(),
        question: &question,
        earlier: earlier.map(|turn| line(turn, note.locale)).collect(),
        tried,
    })
}

fn line(turn: &ChatTurn, locale: Locale) -> String {
    let who = match (turn.speaker, locale) {
        (Speaker::Customer, Locale::Fa) => "مشتری",
        (Speaker::Assistant, Locale::Fa) => "ما",
        (Speaker::Customer, Locale::En) => "Customer",
        (Speaker::Assistant, Locale::En) => "We",
    };
    format!("{who}: {}", short(&turn.text, LETTERS))
}

/// The beginning of a text on one line.
fn short(text: &str, letters: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(letters) {
        Some((end, _)) => format!("{}…", line.split_at(end).0),
        None => line,
    }
}

const fn reason(reason: HandoffReason, locale: Locale) -> &'static str {
    match (reason, locale) {
        (HandoffReason::Unknown, Locale::Fa) => "پاسخ در دانش کسب‌وکار پیدا نشد",
        (HandoffReason::Unknown, Locale::En) => "the knowledge does not hold the answer",
        (HandoffReason::Failure, Locale::Fa) => "مدل یا یکی از بخش‌ها پاسخ نداد",
        (HandoffReason::Failure, Locale::En) => "the model or a part it needs failed",
        (HandoffReason::AskedForHuman, Locale::Fa) => "مشتری خواست با یک نفر صحبت کند",
        (HandoffReason::AskedForHuman, Locale::En) => "the customer asked for a person",
        (HandoffReason::LowConfidence, Locale::Fa) => "چند پاسخ پشت سر هم مطمئن نبود",
        (HandoffReason::LowConfidence, Locale::En) => "several replies in a row were no answer",
        (HandoffReason::NegativeSentiment, Locale::Fa) => "مشتری ناراضی است",
        (HandoffReason::NegativeSentiment, Locale::En) => "the customer is upset",
        (HandoffReason::Keyword, Locale::Fa) => "مشتری واژه‌ای گفت که برایش همکار می‌آید",
        (HandoffReason::Keyword, Locale::En) => "the customer used a word you named",
        (HandoffReason::FailedCheck, Locale::Fa) => "پاسخ مدل از بررسی نگذشت",
        (HandoffReason::FailedCheck, Locale::En) => "the model's reply did not pass the checks",
        (HandoffReason::Budget, Locale::Fa) => "بودجهٔ هوش مصنوعی تمام شده است",
        (HandoffReason::Budget, Locale::En) => "the budget for the AI is used up",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_note_names_what_was_found_once_and_stays_short() {
        let history: Vec<ChatTurn> = (0..6)
            .map(|number| ChatTurn {
                speaker: Speaker::Customer,
                text: format!("پیام {number} {}", "دراز ".repeat(80)),
            })
            .collect();
        let told = note(
            &Prompts::load().unwrap(),
            &Note {
                cause: &Cause::plain(HandoffReason::Unknown),
                locale: Locale::Fa,
                question: "گارانتی\nچند ماه است؟",
                history: &history,
                titles: vec!["ارسال", "ارسال", "بازگشت"],
            },
        )
        .unwrap();
        assert!(told.contains("گارانتی چند ماه است؟"), "{told}");
        assert_eq!(told.matches("ارسال").count(), 1);
        assert!(told.contains("پیام 5") && !told.contains("پیام 1"));
        assert!(told.chars().count() < 1200);
    }
}
