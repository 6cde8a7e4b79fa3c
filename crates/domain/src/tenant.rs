//! The business, its people and its voice.

use serde::{Deserialize, Serialize};

/// A language the platform itself speaks: fallback texts, notices, the console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// Persian.
    #[default]
    Fa,
    /// English.
    En,
}

impl Locale {
    /// The ISO 639-1 code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fa => "fa",
            Self::En => "en",
        }
    }

    /// How a customer is welcomed where the tenant has no words of its own.
    #[must_use]
    pub const fn greeting(self) -> &'static str {
        match self {
            Self::Fa => "سلام! سؤالتان را بنویسید؛ همین‌جا پاسخ می‌دهیم.",
            Self::En => "Hello! Write your question and we will answer right here.",
        }
    }

    /// The locale of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "fa" => Some(Self::Fa),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// What a person may do in a tenant. Ordered: a later role may do all that an earlier one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Answers customers.
    Agent,
    /// Changes channels, knowledge and voice.
    Admin,
    /// Everything, the end of the business included.
    Owner,
}

impl Role {
    /// Every role, lowest first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Agent, Self::Admin, Self::Owner];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Agent => "agent",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// How the customer is addressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Register {
    /// شما
    #[default]
    Formal,
    /// تو
    Informal,
}

/// A tone that a tenant picks rather than describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TonePreset {
    /// Warm and close.
    Friendly,
    /// Matter-of-fact and courteous.
    Professional,
    /// Light, with a smile.
    Playful,
    /// As few words as will do.
    Concise,
    /// Understands the customer's trouble before it answers.
    Empathetic,
    /// Eager about what the business offers, without pressing.
    Enthusiastic,
}

impl TonePreset {
    /// Every preset.
    pub const ALL: [Self; 6] = [
        Self::Friendly,
        Self::Professional,
        Self::Playful,
        Self::Concise,
        Self::Empathetic,
        Self::Enthusiastic,
    ];

    /// The tone in words, for a model.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Friendly => "friendly and warm, like a helpful shop assistant",
            Self::Professional => "professional, courteous and to the point",
            Self::Playful => "light and playful, a little humour where it fits",
            Self::Concise => "concise: the fewest words that answer the question",
            Self::Empathetic => "empathetic: shows understanding for the customer's trouble first",
            Self::Enthusiastic => "enthusiastic about what the business offers, never pushy",
        }
    }
}

/// The voice the AI speaks in. Every field is optional in what a tenant sends; absent means the
/// default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Brand {
    /// What the assistant calls itself; empty: the tenant's name.
    pub assistant_name: String,
    /// Free text about the tone, for the model.
    pub tone: String,
    /// Tones that were picked, the strongest first.
    pub tone_presets: Vec<TonePreset>,
    /// How the customer is addressed.
    pub register: Register,
    /// What a customer reads first when they open the conversation; empty: ours.
    pub greeting: String,
    /// Words that end every answer of the AI; empty: none.
    pub sign_off: String,
    /// What is said when the answer is not known and a person takes it over; empty: ours.
    pub handoff_message: String,
    /// Phrases that must never be said.
    pub banned_phrases: Vec<String>,
    /// Words the business always uses for its things, where they fit.
    pub required_phrases: Vec<String>,
}
