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

/// The voice the AI speaks in. Every field is optional in what a tenant sends; absent means the
/// default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Brand {
    /// What the assistant calls itself; empty: the tenant's name.
    pub assistant_name: String,
    /// Free text about the tone, for the model.
    pub tone: String,
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
}
