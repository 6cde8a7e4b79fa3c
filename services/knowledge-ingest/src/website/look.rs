//! Looks at one page: asks for it as politely as the site wants, and says what it is.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use url::Url;
use xin_broker::JobError;
use xin_domain::website::{LinkKind, normal_form};
use xin_domain::{CrawlCause, ErrorKind};
use xin_storage::tenant::WebsitePage;

use super::content::Content;
use super::ended::Ended;
use super::fetch::{FetchError, Fetched, Limits, MOST_REDIRECTS, Marks};
use super::robots::Robots;
use super::run::Run;

/// The largest page.
const PAGE: Limits = Limits {
    bytes: 5 * 1024 * 1024,
    time: Duration::from_secs(30),
};
/// The largest file.
const FILE: Limits = Limits {
    bytes: 20 * 1024 * 1024,
    time: Duration::from_secs(120),
};
/// A busy server is waited for this long where we are; for longer, the run pauses.
const SHORT_WAIT: Duration = Duration::from_secs(20);
/// How long a busy server is left alone that does not say how long.
const USUAL_WAIT: Duration = Duration::from_secs(10);
/// How often a run comes back for one page.
const MOST_TRIES: i32 = 5;

/// What a look at a page found.
#[derive(Debug)]
pub enum Look {
    /// It has something to keep.
    Content(Content),
    /// It is as it was.
    Unchanged,
    /// It is no knowledge, for a reason that is no fault.
    Skipped(Skipped),
    /// It could not be read.
    Failed {
        /// Why.
        cause: CrawlCause,
        /// Whether the server says that there is no such page.
        is_gone: bool,
    },
}

/// A page that is no knowledge.
#[derive(Debug)]
pub struct Skipped {
    /// Why.
    pub cause: CrawlCause,
    /// Where it leads, when it was read.
    pub links: Option<Vec<String>>,
    /// The page that stands for it.
    pub stands_for: Option<Url>,
    /// Whether what was kept of it is to be forgotten now; else only when it stays so.
    pub is_final: bool,
}

impl Look {
    /// A failure.
    pub fn failed(error: &FetchError) -> Self {
        Self::Failed {
            cause: error.cause(),
            is_gone: error.is_gone(),
        }
    }
}

impl Run {
    /// Looks at a page.
    pub async fn look(&mut self, page: &WebsitePage) -> Result<Look, Ended> {
        let Ok(url) = Url::parse(&page.url) else {
            return Err(Ended::Job(JobError::new(
                ErrorKind::Internal,
                "a page without an address",
            )));
        };
        let robots = self.robots_of(&url).await?;
        if let Err(cause) = robots.allows(&url) {
            return Ok(match &*robots {
                Robots::Unknown(_) => Look::Failed {
                    cause,
                    is_gone: false,
                },
                Robots::Rules(_) | Robots::Silent => Look::Skipped(Skipped {
                    cause,
                    links: None,
                    stands_for: None,
                    is_final: true,
                }),
            });
        }
        let limits = match self.rules.judge(&url) {
            Ok(LinkKind::File) => FILE,
            Ok(LinkKind::Page) | Err(_) => PAGE,
        };
        match self.ask(page, &url, limits).await? {
            Ok(Fetched::Body(body)) => self.content_of(page, &url, body).await,
            Ok(Fetched::Unchanged) if page.document_id.is_some() => Ok(Look::Unchanged),
            // Nobody asked for that.
            Ok(Fetched::Unchanged) => Ok(Look::failed(&FetchError::Status(304))),
            Ok(Fetched::Moved(to)) => Ok(self.moved(page, &url, &to)),
            Err(error) => Ok(Look::failed(&error)),
        }
    }

    /// What the server of an address asks for; it is asked once in a job.
    pub async fn robots_of(&mut self, url: &Url) -> Result<Arc<Robots>, Ended> {
        let origin = url.origin().ascii_serialization();
        if let Some(known) = self.robots.get(&origin) {
            return Ok(Arc::clone(known));
        }
        let now = self.platform().clock.now();
        let asking = Robots::of(&self.fetcher, url, now);
        let robots = Arc::new(self.lease.during(asking).await?);
        self.last_request = Some(Instant::now());
        self.robots.insert(origin, Arc::clone(&robots));
        Ok(robots)
    }

    /// Waits until the site may be asked again.
    pub async fn pace(&mut self, url: &Url) -> Result<(), Ended> {
        let wanted = self.robots_of(url).await?.delay();
        let delay = wanted.max(self.platform().crawling.delay);
        let since = self.last_request.map(|last| last.elapsed());
        if let Some(left) = since.and_then(|since| delay.checked_sub(since)) {
            self.wait(left).await?;
        }
        self.last_request = Some(Instant::now());
        Ok(())
    }

    async fn wait(&self, time: Duration) -> Result<(), Ended> {
        let stop = self.stop.clone();
        let waiting = async move {
            tokio::select! {
                () = tokio::time::sleep(time) => {}
                () = stop.cancelled() => {}
            }
        };
        self.lease.during(waiting).await?;
        if self.stop.is_cancelled() {
            let error = JobError::new(ErrorKind::Unavailable, "the process stops");
            return Err(Ended::Job(error));
        }
        Ok(())
    }

    /// Asks for a page, and again when its server was busy.
    async fn ask(
        &mut self,
        page: &WebsitePage,
        url: &Url,
        limits: Limits,
    ) -> Result<Result<Fetched, FetchError>, Ended> {
        let is_kept = page.document_id.is_some();
        let marks = Marks {
            etag: page.etag.as_deref().filter(|_| is_kept),
            last_modified: page.last_modified.as_deref().filter(|_| is_kept),
        };
        let mut tries = page.tries;
        loop {
            self.pace(url).await?;
            let now = self.platform().clock.now();
            let asking = self.fetcher.fetch(url, marks, limits, now);
            let answer = self.lease.during(asking).await?;
            self.last_request = Some(Instant::now());
            let wait = match &answer {
                Err(FetchError::Busy(wait)) if tries + 1 < MOST_TRIES => wait.unwrap_or(USUAL_WAIT),
                Ok(_) | Err(_) => return Ok(answer),
            };
            tries += 1;
            if wait > SHORT_WAIT {
                return Err(self.pause(page, tries, wait).await?);
            }
            self.wait(wait).await?;
        }
    }

    /// Notes that the site wants to be left alone for longer; the run goes on then.
    async fn pause(&self, page: &WebsitePage, tries: i32, wait: Duration) -> Result<Ended, Ended> {
        let tx = self.platform().database.tenant(self.lease.tenant).await?;
        self.lease.hold(&tx).await?;
        let waiting = WebsitePage {
            tries,
            ..page.clone()
        };
        tx.websites().pages(self.website.id).save(&waiting).await?;
        tx.commit().await?;
        let error = JobError::new(ErrorKind::RateLimited, "the website wants fewer requests");
        Ok(Ended::Job(error.after(wait)))
    }

    /// What a redirect means: where it leads stands for the page, if it belongs to the site.
    fn moved(&self, page: &WebsitePage, url: &Url, to: &Url) -> Look {
        if !(self.platform().crawling.may_fetch)(to) {
            return Look::failed(&FetchError::Private);
        }
        if !self.rules.is_same_site(to) {
            let host = to.host_str().unwrap_or_default();
            return Look::Failed {
                cause: CrawlCause::new(
                    "redirected_elsewhere",
                    format!("it leads to another site, {host}; give that site's address instead"),
                ),
                is_gone: false,
            };
        }
        let hops = usize::try_from(page.hops).unwrap_or(usize::MAX);
        let Some(to) = normal_form(to).filter(|to| to != url && hops < MOST_REDIRECTS) else {
            return Look::failed(&FetchError::Redirects);
        };
        let cause = CrawlCause::new("redirected", format!("it leads to {to}"));
        // The start may lead to a page that is only followed.
        let is_read = page.depth == 0 || self.rules.judge(&to).is_ok();
        Look::Skipped(Skipped {
            cause,
            links: None,
            stands_for: is_read.then_some(to),
            is_final: false,
        })
    }
}
