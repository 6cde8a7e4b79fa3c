//! A tenant's website as a source of knowledge: what of it is read, and how far reading it has come.

mod address;
mod pattern;
mod rules;

use serde::{Deserialize, Serialize};

pub use address::{AddressError, LONGEST_ADDRESS, normal_form, readable, start_address};
pub use pattern::{LONGEST_PATTERN, Pattern, PatternError};
pub use rules::{LinkKind, Outside, SiteRules};

/// How the pages of a website are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebsiteMode {
    /// The site lists them.
    Sitemap,
    /// By following links.
    Crawl,
}

impl WebsiteMode {
    /// Every mode.
    pub const ALL: [Self; 2] = [Self::Sitemap, Self::Crawl];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sitemap => "sitemap",
            Self::Crawl => "crawl",
        }
    }

    /// The mode of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}

/// Where a website stands. `Ready` and `Failed` are resting places; in the others a run is due or
/// at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebsiteState {
    /// A run waits for a worker.
    Queued,
    /// A run is at work.
    Crawling,
    /// The last run came to its end.
    Ready,
    /// The last run could not; the cause is kept, and so is what earlier runs brought.
    Failed,
}

impl WebsiteState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Queued, Self::Crawling, Self::Ready, Self::Failed];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Crawling => "crawling",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether no run is due or at work.
    #[must_use]
    pub const fn is_resting(self) -> bool {
        matches!(self, Self::Ready | Self::Failed)
    }
}

/// What became of a page the last time it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageState {
    /// It was found and not looked at yet.
    Waiting,
    /// It is a document.
    Kept,
    /// It is none, for a reason that is no fault: the cause says which.
    Skipped,
    /// It could not be read; a document that was made of it earlier stays.
    Failed,
}

impl PageState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Kept, Self::Skipped, Self::Failed];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Kept => "kept",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// What a run has come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CrawlCounts {
    /// Pages found.
    pub found: u32,
    /// Pages asked for.
    pub fetched: u32,
    /// Of those, pages that are as they were.
    pub unchanged: u32,
    /// Of those, pages that are new or changed.
    pub changed: u32,
    /// Of those, pages that could not be read.
    pub failed: u32,
    /// Of those, pages that are no knowledge: copies, redirects, what asks not to be indexed.
    pub skipped: u32,
    /// Pages forgotten, because they are gone.
    pub removed: u32,
}

/// What is wrong with one page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageProblem {
    /// The page.
    pub url: String,
    /// For instance `http_404`.
    pub code: String,
    /// For the person who gave the website.
    pub message: String,
}

/// Why something of a website cannot be used: a code that programs match on and a sentence that
/// says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrawlCause {
    /// For instance `robots_disallowed`.
    pub code: String,
    /// For the person who gave the website.
    pub message: String,
}

impl CrawlCause {
    /// A cause.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
        }
    }
}
