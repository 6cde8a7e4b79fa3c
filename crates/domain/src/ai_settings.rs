//! What a tenant decides about its AI beside its voice: when it answers, in which languages, with
//! which instructions, and when a person takes over.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::business_hours::BusinessHours;
use crate::channel::ChannelKind;

/// The tokens of a conversation that a model is given, where the tenant says nothing.
const USUAL_HISTORY_TOKENS: u32 = 1500;
/// Replies without a good answer, in a row, until a person is asked for.
const USUAL_LOW_CONFIDENCE_TURNS: u8 = 2;

/// A language that customers are answered in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AnswerLanguage {
    /// Persian.
    Fa,
    /// Arabic.
    Ar,
    /// English.
    En,
}

impl AnswerLanguage {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::Fa, Self::Ar, Self::En];

    /// The ISO 639-1 code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fa => "fa",
            Self::Ar => "ar",
            Self::En => "en",
        }
    }

    /// The language of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.as_str() == code)
    }
}

/// How the AI of a tenant works. Every field is optional in what a tenant sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AiSettings {
    /// The confidence from which the AI answers, from 0 to 1; absent: what was calibrated.
    pub answer_threshold: Option<f32>,
    /// The confidence from which the AI asks back rather than give up; absent: three quarters of
    /// the other.
    pub clarify_threshold: Option<f32>,
    /// The languages customers are answered in; empty: any.
    pub languages: Vec<AnswerLanguage>,
    /// What the tenant wants its AI to know about answering.
    pub instructions: Instructions,
    /// When a person takes over.
    pub handoff: HandoffRules,
    /// The most tokens of the conversation so far that a model is given.
    pub history_tokens: u32,
}

impl Default for AiSettings {
    fn default() -> Self {
        Self {
            answer_threshold: None,
            clarify_threshold: None,
            languages: Vec::new(),
            instructions: Instructions::default(),
            handoff: HandoffRules::default(),
            history_tokens: USUAL_HISTORY_TOKENS,
        }
    }
}

impl AiSettings {
    /// The language to answer a question in that was asked in `asked`: the first allowed one where
    /// that is not among them.
    #[must_use]
    pub fn answer_language<'a>(&self, asked: &'a str) -> &'a str {
        let allowed = self.languages.is_empty()
            || self
                .languages
                .iter()
                .any(|language| language.as_str() == asked);
        if allowed {
            return asked;
        }
        self.languages.first().map_or(asked, |first| first.as_str())
    }
}

/// The tenant's own instructions to the model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Instructions {
    /// For every channel.
    pub general: String,
    /// For one channel each, by its kind's name, in addition.
    pub channels: BTreeMap<String, String>,
}

impl Instructions {
    /// Those for a channel, the general ones first; without empty ones.
    #[must_use]
    pub fn of(&self, channel: ChannelKind) -> Vec<&str> {
        [
            Some(self.general.as_str()),
            self.channels.get(channel.as_str()).map(String::as_str),
        ]
        .into_iter()
        .flatten()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .collect()
    }
}

/// When a person takes over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HandoffRules {
    /// When the customer asks for one.
    pub asked_for_human: bool,
    /// After so many replies in a row that were no answer; 0: never for this reason.
    pub low_confidence_turns: u8,
    /// When the customer is angry.
    pub negative_sentiment: bool,
    /// When the customer uses one of these words or phrases.
    pub keywords: Vec<String>,
    /// When people are there; absent: always.
    pub business_hours: Option<BusinessHours>,
    /// What is said on a handoff while nobody is there; empty: ours, with the next opening.
    pub out_of_hours_message: String,
}

impl Default for HandoffRules {
    fn default() -> Self {
        Self {
            asked_for_human: true,
            low_confidence_turns: USUAL_LOW_CONFIDENCE_TURNS,
            negative_sentiment: false,
            keywords: Vec::new(),
            business_hours: None,
            out_of_hours_message: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_is_the_default() {
        let read: AiSettings = serde_json::from_str("{}").unwrap();
        assert_eq!(read, AiSettings::default());
        let part = r#"{"handoff": {"keywords": ["شکایت"]}, "languages": ["fa"]}"#;
        let read: AiSettings = serde_json::from_str(part).unwrap();
        assert_eq!(read.handoff.low_confidence_turns, 2);
        assert_eq!(read.languages, [AnswerLanguage::Fa]);
        assert!(serde_json::from_str::<AiSettings>(r#"{"treshold": 1}"#).is_err());
    }

    #[test]
    fn an_allowed_language_is_kept_and_another_becomes_the_first() {
        let mut settings = AiSettings::default();
        assert_eq!(settings.answer_language("en"), "en");
        settings.languages = vec![AnswerLanguage::Fa, AnswerLanguage::Ar];
        assert_eq!(settings.answer_language("ar"), "ar");
        assert_eq!(settings.answer_language("en"), "fa");
    }

    #[test]
    fn a_channel_has_the_general_instructions_and_its_own() {
        let instructions = Instructions {
            general: "از مشتری تشکر کن".to_owned(),
            channels: BTreeMap::from([("telegram".to_owned(), "کوتاه".to_owned())]),
        };
        assert_eq!(
            instructions.of(ChannelKind::Telegram),
            ["از مشتری تشکر کن", "کوتاه"]
        );
        assert_eq!(instructions.of(ChannelKind::Web), ["از مشتری تشکر کن"]);
    }
}
