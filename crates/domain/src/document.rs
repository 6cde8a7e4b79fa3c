//! The life of a piece of knowledge.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Where a document came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentOrigin {
    /// A file that somebody uploaded.
    Upload,
    /// Words that somebody typed.
    Text,
    /// A question and its answer.
    Faq,
    /// A record of the catalogue.
    Product,
    /// A page of a website.
    Page,
    /// A program of the tenant's gave it.
    Api,
}

impl DocumentOrigin {
    /// Every origin.
    pub const ALL: [Self; 6] = [
        Self::Upload,
        Self::Text,
        Self::Faq,
        Self::Product,
        Self::Page,
        Self::Api,
    ];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Text => "text",
            Self::Faq => "faq",
            Self::Product => "product",
            Self::Page => "page",
            Self::Api => "api",
        }
    }

    /// The origin of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.as_str() == name)
    }
}

/// When a stage of a document's work began and ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageTime {
    /// The stage.
    pub stage: DocumentState,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// When it ended; nothing while it lasts.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Where a document stands. `Ready` and `Failed` are resting places; in every other state a
/// worker holds a lease on it, or will take one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentState {
    /// Waits for a worker.
    Queued,
    /// Its bytes are read.
    Fetching,
    /// Text is taken out of the file.
    Parsing,
    /// The text is cut into passages.
    Chunking,
    /// Passages are turned into vectors and stored.
    Embedding,
    /// Answers can use it.
    Ready,
    /// It cannot be used; the cause is kept.
    Failed,
}

impl DocumentState {
    /// Every state, in the order they are passed through.
    pub const ALL: [Self; 7] = [
        Self::Queued,
        Self::Fetching,
        Self::Parsing,
        Self::Chunking,
        Self::Embedding,
        Self::Ready,
        Self::Failed,
    ];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Fetching => "fetching",
            Self::Parsing => "parsing",
            Self::Chunking => "chunking",
            Self::Embedding => "embedding",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether no more work is due.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Ready | Self::Failed)
    }
}

/// Why a document cannot be used: a code that programs match on and a sentence that says what to
/// do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentFailure {
    /// For instance `unreadable_pdf`.
    pub code: String,
    /// For the person who uploaded it.
    pub message: String,
}
