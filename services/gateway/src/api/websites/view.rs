//! A website and its pages, as the API shows them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use xin_domain::{
    CrawlCause, CrawlCounts, DocumentId, PageProblem, PageState, WebsiteId, WebsiteMode,
    WebsiteState,
};
use xin_storage::tenant::{Website, WebsitePage};

use crate::api::names::{PageStateName, WebsiteModeName, WebsiteStateName};

/// A website that knowledge comes from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Website)]
pub struct WebsiteView {
    #[schema(value_type = String)]
    id: WebsiteId,
    start_url: String,
    #[schema(value_type = WebsiteModeName)]
    mode: WebsiteMode,
    include: Vec<String>,
    exclude: Vec<String>,
    max_depth: i32,
    max_pages: i32,
    with_files: bool,
    #[schema(required)]
    every_hours: Option<i32>,
    #[schema(value_type = WebsiteStateName)]
    state: WebsiteState,
    /// Why the last run could not be, when it failed. What earlier runs brought is still used.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<WebsiteErrorView>,
    /// What the last run has come to.
    counts: CrawlCountsView,
    /// What was wrong with pages in the last run, the first 50.
    problems: Vec<PageProblemView>,
    #[schema(required)]
    next_run_at: Option<DateTime<Utc>>,
    #[schema(required)]
    last_run_started_at: Option<DateTime<Utc>>,
    #[schema(required)]
    last_run_ended_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// Why something of a website cannot be used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebsiteError)]
pub struct WebsiteErrorView {
    /// What programs match on.
    code: String,
    /// What to do, for people.
    message: String,
}

impl From<CrawlCause> for WebsiteErrorView {
    fn from(cause: CrawlCause) -> Self {
        Self {
            code: cause.code,
            message: cause.message,
        }
    }
}

/// What a run has come to, in pages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CrawlCounts)]
pub struct CrawlCountsView {
    found: u32,
    fetched: u32,
    unchanged: u32,
    /// New or changed.
    changed: u32,
    failed: u32,
    /// No knowledge: copies, redirects, what asks not to be indexed.
    skipped: u32,
    /// Forgotten, because they are gone.
    removed: u32,
}

impl From<CrawlCounts> for CrawlCountsView {
    fn from(counts: CrawlCounts) -> Self {
        Self {
            found: counts.found,
            fetched: counts.fetched,
            unchanged: counts.unchanged,
            changed: counts.changed,
            failed: counts.failed,
            skipped: counts.skipped,
            removed: counts.removed,
        }
    }
}

/// What is wrong with one page.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PageProblem)]
pub struct PageProblemView {
    url: String,
    /// What programs match on.
    code: String,
    /// What to do, for people.
    message: String,
}

impl From<PageProblem> for PageProblemView {
    fn from(problem: PageProblem) -> Self {
        Self {
            url: problem.url,
            code: problem.code,
            message: problem.message,
        }
    }
}

impl From<Website> for WebsiteView {
    fn from(website: Website) -> Self {
        let settings = website.settings;
        Self {
            id: website.id,
            start_url: website.start_url,
            mode: settings.mode,
            include: settings.include,
            exclude: settings.exclude,
            max_depth: settings.max_depth,
            max_pages: settings.max_pages,
            with_files: settings.with_files,
            every_hours: settings.every_hours,
            state: website.state,
            error: website.failure.map(WebsiteErrorView::from),
            counts: website.counts.into(),
            problems: website.problems.into_iter().map(Into::into).collect(),
            next_run_at: website.next_run_at,
            last_run_started_at: website.last_run_started_at,
            last_run_ended_at: website.last_run_ended_at,
            created_at: website.created_at,
            updated_at: website.updated_at,
        }
    }
}

/// A page of a website.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebsitePage)]
pub struct WebsitePageView {
    url: String,
    #[schema(value_type = PageStateName)]
    state: PageState,
    /// Why it is no document, or could not be read the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<WebsiteErrorView>,
    /// The document that it is.
    #[schema(value_type = Option<String>, required)]
    document_id: Option<DocumentId>,
    /// How many links away from the start.
    depth: i32,
    /// How many runs on end could not read it.
    failures: i32,
    #[schema(required)]
    checked_at: Option<DateTime<Utc>>,
}

impl From<WebsitePage> for WebsitePageView {
    fn from(page: WebsitePage) -> Self {
        Self {
            url: page.url,
            state: page.state,
            error: page.cause.map(WebsiteErrorView::from),
            document_id: page.document_id,
            depth: page.depth,
            failures: page.failures,
            checked_at: page.checked_at,
        }
    }
}
