//! Saves what a look at a page found: the page, the document that it is, and where it leads, in
//! one transaction.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use url::Url;
use xin_broker::{JobError, trace};
use xin_contracts::messages::{ForgetDocument, IngestDocument};
use xin_contracts::{Envelope, Payload};
use xin_domain::{
    CrawlCause, DocumentId, DocumentOrigin, ErrorKind, PageProblem, PageState, WebsiteMode,
};
use xin_storage::TenantTx;
use xin_storage::tenant::{LiveEventKind, NewContent, NewDocument, WebsitePage};

use super::content::Content;
use super::ended::Ended;
use super::look::{Look, Skipped};
use super::run::Run;

/// Runs on end that must be told that a page is gone before it is forgotten.
const GONE: i32 = 2;
/// Problems that are kept of a run.
const MOST_PROBLEMS: usize = 50;
/// Screens hear of a run's progress at most this often.
const TOLD_EVERY: Duration = Duration::from_secs(2);

/// Where changed content goes.
#[derive(Clone, Copy, Debug)]
struct Place {
    id: DocumentId,
    version: i64,
}

impl Run {
    /// Saves what a look at a page found.
    pub async fn apply(&mut self, mut page: WebsitePage, look: Look) -> Result<(), Ended> {
        let now = self.platform().clock.now();
        let place = match &look {
            Look::Content(content) => self.save_bytes(&page, content).await?,
            Look::Unchanged | Look::Skipped(_) | Look::Failed { .. } => None,
        };
        let tx = self.platform().database.tenant(self.lease.tenant).await?;
        self.lease.hold(&tx).await?;
        page.checked_run = self.website.run;
        page.checked_at = Some(now);
        page.tries = 0;
        self.website.counts.fetched += 1;
        let mut stands_for = None;
        let mut end = None;
        match look {
            Look::Content(content) => self.keep(&tx, &mut page, content, place).await?,
            Look::Unchanged => {
                self.website.counts.unchanged += 1;
                is_well(&mut page, PageState::Kept, None);
            }
            Look::Skipped(skipped) => {
                let is_refused = skipped.cause.code == "robots_disallowed";
                end = Some(skipped.cause.clone()).filter(|_| is_refused);
                stands_for.clone_from(&skipped.stands_for);
                self.skip(&tx, &mut page, skipped).await?;
            }
            Look::Failed { cause, is_gone } => {
                end = Some(cause.clone());
                self.miss(&tx, &mut page, cause, is_gone).await?;
            }
        }
        self.lead_on(&tx, &page, stands_for.as_ref()).await?;
        let pages = tx.websites().pages(self.website.id);
        pages.save(&page).await?;
        let found = pages.count_seen(self.website.run).await?;
        self.website.counts.found = u32::try_from(found).unwrap_or(u32::MAX);
        tx.websites().note_progress(&self.website, now).await?;
        let is_told = self
            .last_told
            .is_none_or(|last| last.elapsed() >= TOLD_EVERY);
        if is_told {
            let news = LiveEventKind::WebsiteUpdated(self.website.id);
            tx.live_events().add(news, None, now).await?;
        }
        tx.commit().await?;
        if is_told {
            self.last_told = Some(Instant::now());
            self.signal();
        }
        // Without its start nothing can be said of a site.
        let is_start = page.depth == 0 && self.website.settings.mode == WebsiteMode::Crawl;
        end.filter(|_| is_start)
            .map_or(Ok(()), |cause| Err(Ended::Failed(cause)))
    }

    /// Saves changed bytes where the document's next version will look for them: a row promises
    /// that they are there. Nothing when nothing changed.
    async fn save_bytes(
        &self,
        page: &WebsitePage,
        content: &Content,
    ) -> Result<Option<Place>, Ended> {
        if page.content_hash.as_ref() == Some(&content.hash) && page.document_id.is_some() {
            return Ok(None);
        }
        let platform = self.platform();
        let source = Some(self.website.id.uuid());
        let tx = platform.database.read(self.lease.tenant).await?;
        let documents = tx.documents();
        let known = match page.document_id {
            Some(id) => documents.get(id).await?,
            None => {
                documents
                    .find_by_reference(DocumentOrigin::Page, source, &page.url)
                    .await?
            }
        };
        drop(tx);
        let place = known.map_or_else(
            || Place {
                id: DocumentId::new(&*platform.ids, platform.clock.now()),
                version: 1,
            },
            |known| Place {
                id: known.id,
                version: known.version + 1,
            },
        );
        let files = platform.files.tenant(self.lease.tenant);
        files
            .save(place.id, place.version, Bytes::clone(&content.bytes))
            .await?;
        Ok(Some(place))
    }

    async fn keep(
        &mut self,
        tx: &TenantTx,
        page: &mut WebsitePage,
        content: Content,
        place: Option<Place>,
    ) -> Result<(), Ended> {
        page.links.clone_from(&content.links);
        let pages = tx.websites().pages(self.website.id);
        if let Some(twin) = pages.find_twin(page.id, &content.hash).await? {
            let cause = CrawlCause::new("duplicate", format!("it says the same as {}", twin.url));
            let skipped = Skipped {
                cause,
                links: Some(content.links),
                stands_for: None,
                is_final: true,
            };
            return self.skip(tx, page, skipped).await;
        }
        is_well(page, PageState::Kept, None);
        page.etag.clone_from(&content.etag);
        page.last_modified.clone_from(&content.last_modified);
        let Some(place) = place else {
            self.website.counts.unchanged += 1;
            return Ok(());
        };
        page.content_hash = Some(content.hash.clone());
        page.document_id = Some(place.id);
        self.website.counts.changed += 1;
        self.write(tx, &page.url, content, place).await
    }

    /// The document is new, or gets its next version; it is indexed in the background.
    async fn write(
        &self,
        tx: &TenantTx,
        url: &str,
        content: Content,
        place: Place,
    ) -> Result<(), Ended> {
        let now = self.platform().clock.now();
        let size = i64::try_from(content.bytes.len()).unwrap_or(i64::MAX);
        let kind = content.kind.as_str().to_owned();
        let documents = tx.documents();
        let written = if place.version == 1 {
            let new = NewDocument {
                id: place.id,
                title: content.title,
                kind,
                origin: DocumentOrigin::Page,
                source_id: Some(self.website.id.uuid()),
                reference: Some(url.to_owned()),
                url: Some(url.to_owned()),
                file_name: Some(content.file_name),
                content_hash: content.hash,
                bytes: size,
                valid_from: None,
                valid_until: None,
            };
            Some(documents.add(new, now).await?)
        } else {
            let next = NewContent {
                title: content.title,
                kind,
                file_name: Some(content.file_name),
                content_hash: content.hash,
                bytes: size,
                url: Some(url.to_owned()),
            };
            documents.replace(place.id, next, now).await?
        };
        if written.is_none_or(|written| written.version != place.version) {
            let message = "the page's document changed at the same moment";
            return Err(Ended::Job(JobError::new(ErrorKind::Unavailable, message)));
        }
        let command = IngestDocument {
            document_id: place.id.to_string(),
            version: place.version,
        };
        self.tell(tx, place.id, &command).await
    }

    /// Begins to forget a document.
    pub async fn forget(&self, tx: &TenantTx, document: DocumentId) -> Result<(), Ended> {
        let now = self.platform().clock.now();
        if !tx.documents().remove(document, now).await? {
            return Ok(());
        }
        let command = ForgetDocument {
            document_id: document.to_string(),
        };
        self.tell(tx, document, &command).await
    }

    async fn tell<P: Payload>(
        &self,
        tx: &TenantTx,
        document: DocumentId,
        command: &P,
    ) -> Result<(), Ended> {
        let platform = self.platform();
        let now = platform.clock.now();
        let (id, tenant) = (platform.ids.next(now), self.lease.tenant);
        let envelope = Envelope::wrap(id, tenant, document.to_string(), now, command);
        tx.outbox().add(&envelope.traced(trace::current())).await?;
        let news = LiveEventKind::DocumentUpdated(document);
        tx.live_events().add(news, None, now).await?;
        Ok(())
    }

    async fn skip(
        &mut self,
        tx: &TenantTx,
        page: &mut WebsitePage,
        skipped: Skipped,
    ) -> Result<(), Ended> {
        self.website.counts.skipped += 1;
        if skipped.cause.code == "robots_disallowed" {
            self.note(page, &skipped.cause);
        }
        let gone_runs = page.gone_runs + 1;
        is_well(page, PageState::Skipped, Some(skipped.cause));
        page.links = skipped.links.unwrap_or_default();
        if skipped.is_final || gone_runs >= GONE {
            self.drop_document(tx, page).await?;
        } else {
            page.gone_runs = gone_runs;
        }
        Ok(())
    }

    /// A page that cannot be read keeps its last good copy, until it is said to be gone twice.
    async fn miss(
        &mut self,
        tx: &TenantTx,
        page: &mut WebsitePage,
        cause: CrawlCause,
        is_gone: bool,
    ) -> Result<(), Ended> {
        self.website.counts.failed += 1;
        self.note(page, &cause);
        page.state = PageState::Failed;
        page.cause = Some(cause);
        page.failures += 1;
        page.gone_runs = if is_gone { page.gone_runs + 1 } else { 0 };
        if page.gone_runs >= GONE {
            self.drop_document(tx, page).await?;
        }
        Ok(())
    }

    async fn drop_document(&mut self, tx: &TenantTx, page: &mut WebsitePage) -> Result<(), Ended> {
        if let Some(document) = page.document_id.take() {
            self.forget(tx, document).await?;
            self.website.counts.removed += 1;
        }
        page.content_hash = None;
        page.etag = None;
        page.last_modified = None;
        Ok(())
    }

    /// Notes the pages that this one leads to. One that could not be read leads where it did.
    async fn lead_on(
        &mut self,
        tx: &TenantTx,
        page: &WebsitePage,
        stands_for: Option<&Url>,
    ) -> Result<(), Ended> {
        let pages = tx.websites().pages(self.website.id);
        let run = self.website.run;
        if let Some(url) = stands_for {
            // The same page elsewhere takes no room of its own.
            let found = self.found(url, page.depth, page.hops + 1);
            pages.see(&[found], run, u64::MAX).await?;
        }
        let settings = &self.website.settings;
        if settings.mode == WebsiteMode::Sitemap || page.depth >= settings.max_depth {
            return Ok(());
        }
        let room = self.room(tx).await?;
        let links = page.links.iter().filter_map(|link| Url::parse(link).ok());
        let links = links.filter(|link| self.rules.judge(link).is_ok());
        let found: Vec<_> = links
            .map(|link| self.found(&link, page.depth + 1, 0))
            .collect();
        let (_, is_cut) = pages.see(&found, run, room).await?;
        self.website.is_cut |= is_cut;
        Ok(())
    }

    /// How many more pages this run may find.
    pub async fn room(&self, tx: &TenantTx) -> Result<u64, Ended> {
        let seen = tx
            .websites()
            .pages(self.website.id)
            .count_seen(self.website.run)
            .await?;
        let most = u64::try_from(self.website.settings.max_pages).unwrap_or_default();
        Ok(most.saturating_sub(seen))
    }

    fn note(&mut self, page: &WebsitePage, cause: &CrawlCause) {
        if self.website.problems.len() < MOST_PROBLEMS {
            self.website.problems.push(PageProblem {
                url: page.url.clone(),
                code: cause.code.clone(),
                message: cause.message.clone(),
            });
        }
    }
}

/// The page answered, whatever is made of it.
fn is_well(page: &mut WebsitePage, state: PageState, cause: Option<CrawlCause>) {
    page.state = state;
    page.cause = cause;
    page.failures = 0;
    page.gone_runs = 0;
}
