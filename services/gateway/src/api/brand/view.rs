//! The voice, as the API shows and takes it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xin_domain::{Brand, Register, TonePreset};

use crate::api::names::{RegisterName, TonePresetName};
use crate::error::Answer;
use crate::inputs::{Checks, clean};

const MOST_PHRASES: usize = 100;

/// The voice the AI speaks in. What is absent is as it is by default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = Brand)]
pub struct BrandView {
    /// What the assistant calls itself; empty: the business's name.
    #[schema(max_length = 100)]
    assistant_name: String,
    /// The tone, in free words.
    #[schema(max_length = 2000)]
    tone: String,
    /// Tones that were picked, the strongest first.
    #[schema(value_type = Vec<TonePresetName>, max_items = 6)]
    tone_presets: Vec<TonePreset>,
    #[schema(value_type = RegisterName)]
    register: Register,
    /// What a customer reads first when they open the conversation; empty: our words.
    #[schema(max_length = 1000)]
    greeting: String,
    /// What every answer of the AI ends with; empty: nothing.
    #[schema(max_length = 500)]
    sign_off: String,
    /// What is said when a person takes over; empty: our words.
    #[schema(max_length = 1000)]
    handoff_message: String,
    /// What must never be said.
    #[schema(max_items = 100)]
    banned_phrases: Vec<String>,
    /// The business's own words for its things, said where they fit.
    #[schema(max_items = 100)]
    required_phrases: Vec<String>,
}

impl From<Brand> for BrandView {
    fn from(brand: Brand) -> Self {
        Self {
            assistant_name: brand.assistant_name,
            tone: brand.tone,
            tone_presets: brand.tone_presets,
            register: brand.register,
            greeting: brand.greeting,
            sign_off: brand.sign_off,
            handoff_message: brand.handoff_message,
            banned_phrases: brand.banned_phrases,
            required_phrases: brand.required_phrases,
        }
    }
}

impl BrandView {
    /// The voice, if it keeps to the limits.
    pub fn read(self) -> Answer<Brand> {
        let mut checks = Checks::default();
        let brand = self.checked(&mut checks);
        checks.done()?;
        Ok(brand)
    }

    /// The voice; what is wrong with it is noted.
    pub fn checked(self, checks: &mut Checks) -> Brand {
        let mut tone_presets = self.tone_presets;
        if tone_presets.len() > TonePreset::ALL.len() {
            checks.refuse("tone_presets", "too_many", "each tone once");
        }
        tone_presets.truncate(TonePreset::ALL.len());
        Brand {
            assistant_name: checks.text("assistant_name", &self.assistant_name, 0..=100),
            tone: checks.text("tone", &self.tone, 0..=2000),
            tone_presets,
            register: self.register,
            greeting: checks.text("greeting", &self.greeting, 0..=1000),
            sign_off: checks.text("sign_off", &self.sign_off, 0..=500),
            handoff_message: checks.text("handoff_message", &self.handoff_message, 0..=1000),
            banned_phrases: phrases(checks, "banned_phrases", &self.banned_phrases),
            required_phrases: phrases(checks, "required_phrases", &self.required_phrases),
        }
    }
}

/// Phrases without empty ones, if there are not too many and none is too long.
pub fn phrases(checks: &mut Checks, field: &'static str, phrases: &[String]) -> Vec<String> {
    if phrases.len() > MOST_PHRASES {
        checks.refuse(field, "too_many", format!("at most {MOST_PHRASES}"));
    }
    phrases
        .iter()
        .take(MOST_PHRASES)
        .filter(|phrase| !clean(phrase).is_empty())
        .map(|phrase| checks.text(field, phrase, 1..=200))
        .collect()
}
