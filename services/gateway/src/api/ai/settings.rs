//! The settings of the AI, as the API shows and takes them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xin_domain::{AiSettings, AnswerLanguage, ChannelKind, HandoffRules, Instructions};

use super::hours::BusinessHoursView;
use crate::api::brand::view::phrases;
use crate::api::names::AnswerLanguageName;
use crate::inputs::Checks;

const LONGEST_INSTRUCTIONS: usize = 4000;
const MOST_WEAK_TURNS: u8 = 10;
const HISTORY_TOKENS: std::ops::RangeInclusive<u32> = 0..=32_000;

/// How the AI works, beside its voice. What is absent is as it is by default.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = AiSettings)]
pub struct AiSettingsView {
    /// The confidence from which the AI answers; absent: what fits this business's knowledge.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0.0, maximum = 1.0)]
    answer_threshold: Option<f32>,
    /// The confidence from which the AI asks back rather than give up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0.0, maximum = 1.0)]
    clarify_threshold: Option<f32>,
    /// The languages customers are answered in; empty: any.
    #[schema(value_type = Vec<AnswerLanguageName>, max_items = 3)]
    languages: Vec<AnswerLanguage>,
    /// What the AI should mind on every channel.
    #[schema(max_length = 4000)]
    instructions: String,
    /// What it should mind on one kind of channel, in addition.
    channel_instructions: BTreeMap<String, String>,
    handoff: HandoffView,
    /// The most tokens of the conversation so far that a model is given.
    #[schema(maximum = 32_000)]
    history_tokens: u32,
}

/// When a person takes over.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = HandoffRules)]
pub struct HandoffView {
    /// When the customer asks for one.
    asked_for_human: bool,
    /// After so many replies in a row that were no answer; 0: never for this reason.
    #[schema(maximum = 10)]
    low_confidence_turns: u8,
    /// When the customer is angry.
    negative_sentiment: bool,
    /// When the customer uses one of these words or phrases.
    #[schema(max_items = 100)]
    keywords: Vec<String>,
    /// When people are there; absent: always.
    #[serde(skip_serializing_if = "Option::is_none")]
    business_hours: Option<BusinessHoursView>,
    /// What is said on a handoff while nobody is there; empty: our words, with the next opening.
    #[schema(max_length = 1000)]
    out_of_hours_message: String,
}

impl Default for AiSettingsView {
    fn default() -> Self {
        AiSettings::default().into()
    }
}

impl Default for HandoffView {
    fn default() -> Self {
        HandoffRules::default().into()
    }
}

impl From<AiSettings> for AiSettingsView {
    fn from(settings: AiSettings) -> Self {
        Self {
            answer_threshold: settings.answer_threshold,
            clarify_threshold: settings.clarify_threshold,
            languages: settings.languages,
            instructions: settings.instructions.general,
            channel_instructions: settings.instructions.channels,
            handoff: settings.handoff.into(),
            history_tokens: settings.history_tokens,
        }
    }
}

impl From<HandoffRules> for HandoffView {
    fn from(rules: HandoffRules) -> Self {
        Self {
            asked_for_human: rules.asked_for_human,
            low_confidence_turns: rules.low_confidence_turns,
            negative_sentiment: rules.negative_sentiment,
            keywords: rules.keywords,
            business_hours: rules.business_hours.map(BusinessHoursView::from),
            out_of_hours_message: rules.out_of_hours_message,
        }
    }
}

impl AiSettingsView {
    /// The settings; what is wrong with them is noted.
    pub fn checked(self, checks: &mut Checks) -> AiSettings {
        let mut languages = Vec::new();
        for language in self.languages {
            if !languages.contains(&language) {
                languages.push(language);
            }
        }
        if !HISTORY_TOKENS.contains(&self.history_tokens) {
            checks.refuse("history_tokens", "out_of_range", "from 0 to 32000");
        }
        let answer_threshold = threshold(checks, "answer_threshold", self.answer_threshold);
        let clarify_threshold = threshold(checks, "clarify_threshold", self.clarify_threshold);
        let above = clarify_threshold
            .zip(answer_threshold)
            .is_some_and(|(clarify, answer)| clarify > answer);
        if above {
            let message = "must not be above answer_threshold";
            checks.refuse("clarify_threshold", "out_of_range", message);
        }
        AiSettings {
            answer_threshold,
            clarify_threshold,
            languages,
            instructions: Instructions {
                general: checks.text("instructions", &self.instructions, 0..=LONGEST_INSTRUCTIONS),
                channels: channel_instructions(checks, self.channel_instructions),
            },
            handoff: self.handoff.checked(checks),
            history_tokens: self.history_tokens,
        }
    }
}

impl HandoffView {
    fn checked(self, checks: &mut Checks) -> HandoffRules {
        if self.low_confidence_turns > MOST_WEAK_TURNS {
            checks.refuse("low_confidence_turns", "out_of_range", "from 0 to 10");
        }
        HandoffRules {
            asked_for_human: self.asked_for_human,
            low_confidence_turns: self.low_confidence_turns,
            negative_sentiment: self.negative_sentiment,
            keywords: phrases(checks, "keywords", &self.keywords),
            business_hours: self.business_hours.map(|hours| hours.checked(checks)),
            out_of_hours_message: checks.text(
                "out_of_hours_message",
                &self.out_of_hours_message,
                0..=1000,
            ),
        }
    }
}

fn threshold(checks: &mut Checks, field: &'static str, value: Option<f32>) -> Option<f32> {
    if value.is_some_and(|value| !(0.0..=1.0).contains(&value)) {
        checks.refuse(field, "out_of_range", "from 0 to 1");
    }
    value
}

fn channel_instructions(
    checks: &mut Checks,
    written: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    const FIELD: &str = "channel_instructions";
    let mut read = BTreeMap::new();
    for (kind, text) in written {
        if ChannelKind::from_name(&kind).is_none() {
            checks.refuse(
                FIELD,
                "unknown",
                "the name of a kind of channel, such as web",
            );
            continue;
        }
        let text = checks.text(FIELD, &text, 0..=LONGEST_INSTRUCTIONS);
        read.insert(kind, text);
    }
    read
}
