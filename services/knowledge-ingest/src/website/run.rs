//! One run over a website: from its first pages to the last one found.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::TimeDelta;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;
use xin_broker::{JobError, trace};
use xin_contracts::Envelope;
use xin_contracts::envelope::parse;
use xin_contracts::messages::{CrawlWebsite, LiveSignal, live_signal};
use xin_domain::website::{Pattern, SiteRules};
use xin_domain::{CrawlCause, ErrorKind, WebsiteId, WebsiteState};
use xin_storage::TenantTx;
use xin_storage::tenant::{LiveEventKind, Website};

use super::ended::Ended;
use super::fetch::Fetcher;
use super::lease::Lease;
use super::robots::Robots;
use crate::Platform;

/// Complete runs on end that must miss a page before it is forgotten.
const MISSED: i32 = 2;

/// One run at work.
pub struct Run {
    pub lease: Lease,
    pub website: Website,
    pub start: Url,
    pub rules: SiteRules,
    pub fetcher: Fetcher,
    /// What each server of the site asks for.
    pub robots: HashMap<String, Arc<Robots>>,
    pub last_request: Option<Instant>,
    pub last_told: Option<Instant>,
    pub stop: CancellationToken,
}

pub async fn handle(
    platform: &Platform,
    stop: &CancellationToken,
    envelope: &Envelope,
) -> Result<(), JobError> {
    let command = envelope.open::<CrawlWebsite>()?;
    let id: WebsiteId = parse(&command.website_id)?;
    let lease = Lease {
        platform: platform.clone(),
        tenant: envelope.tenant_id,
        website: id,
        run: command.run,
        // Not the process's: a repeat of the message in this process is another worker too.
        worker: platform.ids.next(platform.clock.now()),
    };
    let Some(website) = take(&lease).await? else {
        return Ok(());
    };
    let mut run = match Run::new(lease.clone(), website, stop.clone()) {
        Ok(run) => run,
        Err(error) => {
            lease.release().await;
            return Err(error);
        }
    };
    match run.work().await {
        Ok(()) | Err(Ended::Superseded) => Ok(()),
        Err(Ended::Failed(cause)) => run.fail(&cause).await,
        Err(Ended::Job(error)) => {
            if error.gives_up(envelope.attempt) {
                run.fail(&given_up(&error)).await?;
            } else {
                run.lease.release().await;
            }
            Err(error)
        }
    }
}

/// What its people are told when the fault is not with their website.
fn given_up(error: &JobError) -> CrawlCause {
    let reason: String = error.message.chars().take(300).collect();
    CrawlCause::new(
        "not_read",
        format!(
            "the website could not be read ({reason}). Have the operator look at it, then refresh \
             it"
        ),
    )
}

/// Takes the lease and begins the run where it has not begun; nothing when there is nothing to do.
async fn take(lease: &Lease) -> Result<Option<Website>, JobError> {
    let platform = &lease.platform;
    let tx = platform.database.tenant(lease.tenant).await?;
    let websites = tx.websites();
    let found = websites.get(lease.website).await?;
    let is_due = |found: &Website| found.run == lease.run && !found.state.is_resting();
    let Some(website) = found.filter(is_due) else {
        return Ok(None);
    };
    match lease.hold(&tx).await {
        Ok(()) => {}
        Err(Ended::Job(error)) => return Err(error),
        Err(Ended::Superseded | Ended::Failed(_)) => {
            let message = "another worker reads the website";
            return Err(JobError::new(ErrorKind::Unavailable, message));
        }
    }
    if website.state == WebsiteState::Queued {
        let now = platform.clock.now();
        websites.begin_run(lease.website, now).await?;
        let news = LiveEventKind::WebsiteUpdated(lease.website);
        tx.live_events().add(news, None, now).await?;
    }
    let website = websites.get(lease.website).await?;
    tx.commit().await?;
    Ok(website)
}

impl Run {
    fn new(lease: Lease, website: Website, stop: CancellationToken) -> Result<Self, JobError> {
        let internal = |what: &str| JobError::new(ErrorKind::Internal, what);
        let start = Url::parse(&website.start_url).map_err(|_wrong| internal("not an address"))?;
        let read = |patterns: &[String]| {
            let patterns = patterns.iter().map(|text| Pattern::parse(text));
            let patterns: Result<Vec<_>, _> = patterns.collect();
            patterns.map_err(|_wrong| internal("not a pattern"))
        };
        let settings = &website.settings;
        let (include, exclude) = (read(&settings.include)?, read(&settings.exclude)?);
        let crawling = &lease.platform.crawling;
        Ok(Self {
            rules: SiteRules::new(&start, include, exclude, settings.with_files),
            fetcher: Fetcher::new(crawling.http.clone(), crawling.may_fetch),
            start,
            lease,
            website,
            robots: HashMap::new(),
            last_request: None,
            last_told: None,
            stop,
        })
    }

    async fn work(&mut self) -> Result<(), Ended> {
        self.signal();
        let began = Instant::now();
        if self.website.seeded_run < self.website.run {
            self.seed().await?;
        }
        loop {
            if self.stop.is_cancelled() {
                let error = JobError::new(ErrorKind::Unavailable, "the process stops");
                return Err(Ended::Job(error));
            }
            if began.elapsed() >= self.platform().crawling.slice {
                return self.hand_on().await;
            }
            let tx = self.platform().database.read(self.lease.tenant).await?;
            let pages = tx.websites().pages(self.website.id);
            let next = pages.next(self.website.run).await?;
            drop(tx);
            let Some(page) = next else {
                return self.finish().await;
            };
            let look = self.look(&page).await?;
            self.apply(page, look).await?;
        }
    }

    /// Lets others have their turn and goes on after them.
    async fn hand_on(&self) -> Result<(), Ended> {
        let platform = self.platform();
        let tx = platform.database.tenant(self.lease.tenant).await?;
        self.lease.hold(&tx).await?;
        tx.websites()
            .release(self.website.id, self.lease.worker)
            .await?;
        queue(platform, &tx, self.website.id, self.website.run).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Nothing is left to look at: what is gone is forgotten, and the run ends.
    async fn finish(&mut self) -> Result<(), Ended> {
        let (id, run) = (self.website.id, self.website.run);
        let tx = self.platform().database.tenant(self.lease.tenant).await?;
        self.lease.hold(&tx).await?;
        let websites = tx.websites();
        let pages = websites.pages(id);
        // A run that did not see everything says nothing about what it did not see.
        if !self.website.is_cut {
            pages.count_missing(run).await?;
        }
        let mut kept = pages.count_kept().await?;
        let most = u64::try_from(self.website.settings.max_pages).unwrap_or_default();
        for page in pages.unseen(run).await? {
            let is_left_out =
                Url::parse(&page.url).is_ok_and(|url| self.rules.judge(&url).is_err());
            // A site that always has more must not make us keep ever more.
            let is_too_much = kept > most || page.document_id.is_none();
            let stays = if self.website.is_cut {
                !is_too_much
            } else {
                page.missing_runs < MISSED
            };
            if stays && !is_left_out {
                continue;
            }
            if let Some(document) = page.document_id {
                self.forget(&tx, document).await?;
                self.website.counts.removed += 1;
                kept = kept.saturating_sub(1);
            }
            pages.remove(page.id).await?;
        }
        let failure = (kept == 0).then(|| self.nothing_kept());
        self.end(tx, failure.as_ref()).await?;
        Ok(())
    }

    /// Why a run that came to its end brought nothing.
    fn nothing_kept(&self) -> CrawlCause {
        let problems = &self.website.problems;
        let is_refused = !problems.is_empty()
            && problems
                .iter()
                .all(|problem| problem.code == "robots_disallowed");
        match problems.first() {
            Some(first) if is_refused || problems.len() == 1 => {
                CrawlCause::new(first.code.clone(), first.message.clone())
            }
            Some(_) | None => CrawlCause::new(
                "no_pages",
                "no page of the website has text that can be used; see what was wrong with each, \
                 or give another address or other patterns",
            ),
        }
    }

    async fn fail(&mut self, cause: &CrawlCause) -> Result<(), JobError> {
        let tx = self.platform().database.tenant(self.lease.tenant).await?;
        match self.lease.hold(&tx).await {
            Ok(()) => self.end(tx, Some(cause)).await,
            Err(Ended::Job(error)) => Err(error),
            Err(Ended::Superseded | Ended::Failed(_)) => Ok(()),
        }
    }

    async fn end(&self, tx: TenantTx, failure: Option<&CrawlCause>) -> Result<(), JobError> {
        let now = self.platform().clock.now();
        let hours = self.website.settings.every_hours;
        let next = hours.map(|hours| now + TimeDelta::hours(hours.into()));
        tx.websites()
            .end_run(&self.website, failure, next, now)
            .await?;
        let news = LiveEventKind::WebsiteUpdated(self.website.id);
        tx.live_events().add(news, None, now).await?;
        tx.commit().await?;
        self.signal();
        let counts = self.website.counts;
        tracing::info!(
            website_id = %self.website.id,
            run = self.website.run,
            outcome = failure.map_or("ready", |cause| cause.code.as_str()),
            found = counts.found,
            changed = counts.changed,
            unchanged = counts.unchanged,
            failed = counts.failed,
            removed = counts.removed,
            "website read"
        );
        Ok(())
    }

    pub fn platform(&self) -> &Platform {
        &self.lease.platform
    }

    pub fn signal(&self) {
        self.platform().broker.signal(LiveSignal {
            tenant_id: self.lease.tenant.to_string(),
            conversation_id: String::new(),
            kind: Some(live_signal::Kind::Changed(live_signal::Changed {})),
        });
    }
}

/// Writes that a run is to be worked on. Those of one tenant are worked on one after the other.
pub async fn queue(
    platform: &Platform,
    tx: &TenantTx,
    website: WebsiteId,
    run: i64,
) -> Result<(), JobError> {
    let now = platform.clock.now();
    let command = CrawlWebsite {
        website_id: website.to_string(),
        run,
    };
    let tenant = tx.tenant_id();
    let id = platform.ids.next(now);
    let envelope = Envelope::wrap(id, tenant, tenant.to_string(), now, &command);
    tx.outbox().add(&envelope.traced(trace::current())).await?;
    Ok(())
}
