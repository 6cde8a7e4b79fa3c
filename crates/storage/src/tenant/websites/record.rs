//! Websites and pages as the repository hands them out and takes them in.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use xin_domain::{
    CrawlCause, CrawlCounts, DocumentId, PageProblem, PageState, WebsiteId, WebsiteMode,
    WebsiteState,
};

use crate::entities::websites::{website, website_page};
use crate::error::StorageError;

/// What of a website is read, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebsiteSettings {
    /// How its pages are found.
    pub mode: WebsiteMode,
    /// Patterns of what is read; none: everything.
    pub include: Vec<String>,
    /// Patterns of what is not.
    pub exclude: Vec<String>,
    /// How many links away from the start a page may be.
    pub max_depth: i32,
    /// How many pages are read in a run at the most.
    pub max_pages: i32,
    /// Whether linked files are taken too.
    pub with_files: bool,
    /// How many hours lie between two runs; nothing: only when somebody asks.
    pub every_hours: Option<i32>,
}

/// A website.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Website {
    /// Its id.
    pub id: WebsiteId,
    /// Where it begins, in normal form.
    pub start_url: String,
    /// What of it is read.
    pub settings: WebsiteSettings,
    /// Where it stands.
    pub state: WebsiteState,
    /// Why its last run could not be, when it failed.
    pub failure: Option<CrawlCause>,
    /// Grows with every run.
    pub run: i64,
    /// The run whose first pages are known.
    pub seeded_run: i64,
    /// Whether this run has found more than it may read: what it did not see may be there still.
    pub is_cut: bool,
    /// When the next run begins by itself.
    pub next_run_at: Option<DateTime<Utc>>,
    /// When the last run began.
    pub last_run_started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub last_run_ended_at: Option<DateTime<Utc>>,
    /// What that run has come to.
    pub counts: CrawlCounts,
    /// What was wrong with pages in that run, the first of them.
    pub problems: Vec<PageProblem>,
    /// When it was given.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// A page of a website.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebsitePage {
    /// Its id.
    pub id: Uuid,
    /// Its address, in normal form.
    pub url: String,
    /// How many links away from the start.
    pub depth: i32,
    /// How many redirects led to it.
    pub hops: i32,
    /// What became of it.
    pub state: PageState,
    /// Why it is no document, when it is none; or why it could not be read.
    pub cause: Option<CrawlCause>,
    /// The server's mark of the content.
    pub etag: Option<String>,
    /// When the server says it changed.
    pub last_modified: Option<String>,
    /// What was kept of it, as a hash.
    pub content_hash: Option<String>,
    /// The document that it is.
    pub document_id: Option<DocumentId>,
    /// Where it leads within the site.
    pub links: Vec<String>,
    /// The last run that found it.
    pub seen_run: i64,
    /// The last run that looked at it.
    pub checked_run: i64,
    /// How often this run was sent away and came back.
    pub tries: i32,
    /// How many runs on end could not read it.
    pub failures: i32,
    /// How many runs on end were told that it is gone.
    pub gone_runs: i32,
    /// How many complete runs on end did not find it.
    pub missing_runs: i32,
    /// When it was last looked at.
    pub checked_at: Option<DateTime<Utc>>,
}

/// A page that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPage {
    /// The id it gets when it is new.
    pub id: Uuid,
    /// Its address, in normal form.
    pub url: String,
    /// How many links away from the start.
    pub depth: i32,
    /// How many redirects led to it.
    pub hops: i32,
}

fn read<T: DeserializeOwned>(
    json: serde_json::Value,
    table: &'static str,
    column: &'static str,
    row: Uuid,
) -> Result<T, StorageError> {
    serde_json::from_value(json).map_err(|_unreadable| StorageError::Corrupt {
        table,
        column,
        row: row.to_string(),
    })
}

pub(super) fn website_from(row: website::Model) -> Result<Website, StorageError> {
    let corrupt = |column| StorageError::Corrupt {
        table: "websites",
        column,
        row: row.id.to_string(),
    };
    let mode = WebsiteMode::from_name(&row.mode).ok_or_else(|| corrupt("mode"))?;
    let state = WebsiteState::from_name(&row.state).ok_or_else(|| corrupt("state"))?;
    let failure = row.failure_code.zip(row.failure_message);
    let failure = failure.map(|(code, message)| CrawlCause { code, message });
    Ok(Website {
        id: WebsiteId::from_uuid(row.id),
        start_url: row.start_url,
        settings: WebsiteSettings {
            mode,
            include: read(row.include, "websites", "include", row.id)?,
            exclude: read(row.exclude, "websites", "exclude", row.id)?,
            max_depth: row.max_depth,
            max_pages: row.max_pages,
            with_files: row.with_files,
            every_hours: row.every_hours,
        },
        state,
        failure: failure.filter(|_| state == WebsiteState::Failed),
        run: row.run,
        seeded_run: row.seeded_run,
        is_cut: row.is_cut,
        next_run_at: row.next_run_at,
        last_run_started_at: row.last_run_started_at,
        last_run_ended_at: row.last_run_ended_at,
        counts: read(row.counts, "websites", "counts", row.id)?,
        problems: read(row.problems, "websites", "problems", row.id)?,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

pub(super) fn page_from(row: website_page::Model) -> Result<WebsitePage, StorageError> {
    let state = PageState::from_name(&row.state).ok_or_else(|| StorageError::Corrupt {
        table: "website_pages",
        column: "state",
        row: row.id.to_string(),
    })?;
    let cause = row.cause_code.zip(row.cause_message);
    Ok(WebsitePage {
        id: row.id,
        url: row.url,
        depth: row.depth,
        hops: row.hops,
        state,
        cause: cause.map(|(code, message)| CrawlCause { code, message }),
        etag: row.etag,
        last_modified: row.last_modified,
        content_hash: row.content_hash,
        document_id: row.document_id.map(DocumentId::from_uuid),
        links: read(row.links, "website_pages", "links", row.id)?,
        seen_run: row.seen_run,
        checked_run: row.checked_run,
        tries: row.tries,
        failures: row.failures,
        gone_runs: row.gone_runs,
        missing_runs: row.missing_runs,
        checked_at: row.checked_at,
    })
}

/// What a look at a page may change.
pub(super) fn page_change(page: &WebsitePage) -> website_page::ActiveModel {
    website_page::ActiveModel {
        state: Set(page.state.as_str().to_owned()),
        cause_code: Set(page.cause.as_ref().map(|cause| cause.code.clone())),
        cause_message: Set(page.cause.as_ref().map(|cause| cause.message.clone())),
        etag: Set(page.etag.clone()),
        last_modified: Set(page.last_modified.clone()),
        content_hash: Set(page.content_hash.clone()),
        document_id: Set(page.document_id.map(DocumentId::uuid)),
        links: Set(serde_json::json!(page.links)),
        checked_run: Set(page.checked_run),
        tries: Set(page.tries),
        failures: Set(page.failures),
        gone_runs: Set(page.gone_runs),
        missing_runs: Set(page.missing_runs),
        checked_at: Set(page.checked_at),
        ..Default::default()
    }
}

pub(super) fn settings_change(settings: &WebsiteSettings) -> website::ActiveModel {
    website::ActiveModel {
        mode: Set(settings.mode.as_str().to_owned()),
        include: Set(serde_json::json!(settings.include)),
        exclude: Set(serde_json::json!(settings.exclude)),
        max_depth: Set(settings.max_depth),
        max_pages: Set(settings.max_pages),
        with_files: Set(settings.with_files),
        every_hours: Set(settings.every_hours),
        ..Default::default()
    }
}
