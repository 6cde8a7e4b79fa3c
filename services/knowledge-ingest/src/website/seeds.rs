//! The pages that a run begins with: the start, or what the site's sitemaps list.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use tokio::task::spawn_blocking;
use url::Url;
use xin_domain::website::normal_form;
use xin_domain::{CrawlCause, WebsiteMode};
use xin_storage::tenant::FoundPage;

use super::ended::Ended;
use super::fetch::{FetchError, Limits};
use super::gzip;
use super::robots::Robots;
use super::run::Run;
use super::sitemap::{self, Listing};

/// Sitemap files that are read for a website.
const MOST_FILES: usize = 50;
/// How deep an index may lie in an index.
const MOST_DEPTH: u32 = 3;
/// The largest sitemap, unpacked too.
const FILE: Limits = Limits {
    bytes: 20 * 1024 * 1024,
    time: Duration::from_secs(60),
};
/// Pages that are saved in one transaction.
const BATCH: usize = 500;

impl Run {
    /// Finds and saves the first pages. Done twice it saves nothing twice.
    pub async fn seed(&mut self) -> Result<(), Ended> {
        let urls = match self.website.settings.mode {
            WebsiteMode::Crawl => vec![self.start.clone()],
            WebsiteMode::Sitemap => self.listed().await?,
        };
        let found: Vec<FoundPage> = urls.iter().map(|url| self.found(url, 0, 0)).collect();
        let (id, run) = (self.website.id, self.website.run);
        for some in found.chunks(BATCH) {
            let tx = self.platform().database.tenant(self.lease.tenant).await?;
            self.lease.hold(&tx).await?;
            let room = self.room(&tx).await?;
            let (_, is_cut) = tx.websites().pages(id).see(some, run, room).await?;
            self.website.is_cut |= is_cut;
            tx.commit().await?;
        }
        let now = self.platform().clock.now();
        let tx = self.platform().database.tenant(self.lease.tenant).await?;
        self.lease.hold(&tx).await?;
        self.website.seeded_run = run;
        tx.websites().note_progress(&self.website, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A page as it is saved when it is found.
    pub fn found(&self, url: &Url, depth: i32, hops: i32) -> FoundPage {
        let platform = self.platform();
        FoundPage {
            id: platform.ids.next(platform.clock.now()),
            url: url.to_string(),
            depth,
            hops,
        }
    }

    /// What the site's sitemaps list of what is to be read.
    async fn listed(&mut self) -> Result<Vec<Url>, Ended> {
        let mut waiting = self.sitemaps().await?;
        let mut asked: HashSet<Url> = HashSet::new();
        let (mut known, mut pages) = (HashSet::new(), Vec::new());
        let most = usize::try_from(self.website.settings.max_pages).unwrap_or(usize::MAX);
        let mut trouble = None;
        while let Some((url, depth)) = waiting.pop_front() {
            if !asked.insert(url.clone()) {
                continue;
            }
            if asked.len() > MOST_FILES || pages.len() > most {
                self.website.is_cut = true;
                break;
            }
            let listing = match self.listing(&url).await? {
                Ok(listing) => listing,
                Err(error) => {
                    // What it would have listed may be there still.
                    self.website.is_cut = true;
                    trouble.get_or_insert(error);
                    continue;
                }
            };
            let inner = listing
                .sitemaps
                .iter()
                .filter_map(|text| self.of_site(text));
            if depth < MOST_DEPTH {
                waiting.extend(inner.map(|inner| (inner, depth + 1)));
            }
            for text in &listing.pages {
                let page = self.of_site(text).and_then(|page| normal_form(&page));
                let page = page.filter(|page| self.rules.judge(page).is_ok());
                pages.extend(page.filter(|page| known.insert(page.clone())));
            }
        }
        match trouble {
            Some(error) if pages.is_empty() => Err(Ended::Failed(no_sitemap(Some(&error)))),
            None if pages.is_empty() => Err(Ended::Failed(no_sitemap(None))),
            Some(_) | None => Ok(pages),
        }
    }

    /// Where the site's sitemaps are: at the start itself, where its robots.txt says, or where
    /// everybody has them.
    async fn sitemaps(&mut self) -> Result<VecDeque<(Url, u32)>, Ended> {
        let start = self.start.clone();
        let robots = self.robots_of(&start).await?;
        if let Robots::Unknown(cause) = &*robots {
            return Err(Ended::Failed(cause.clone()));
        }
        let path = start.path().to_ascii_lowercase();
        let is_one = [".xml", ".xml.gz", ".txt"]
            .iter()
            .any(|ending| path.ends_with(ending));
        if is_one {
            return Ok(VecDeque::from([(start, 0)]));
        }
        let named = robots.sitemaps().iter();
        let named: VecDeque<_> = named
            .filter_map(|text| Some((self.of_site(text)?, 0)))
            .collect();
        if !named.is_empty() {
            return Ok(named);
        }
        let usual = start.join("/sitemap.xml").ok();
        Ok(usual.into_iter().map(|url| (url, 0)).collect())
    }

    fn of_site(&self, text: &str) -> Option<Url> {
        let url = self.start.join(text.trim()).ok()?;
        self.rules.is_same_site(&url).then_some(url)
    }

    async fn listing(&mut self, url: &Url) -> Result<Result<Listing, FetchError>, Ended> {
        self.pace(url).await?;
        let now = self.platform().clock.now();
        let is_near = |to: &Url| self.rules.is_same_site(to);
        let asking = self.fetcher.follow(url, FILE, now, is_near);
        let body = match self.lease.during(asking).await? {
            Ok(body) => body,
            Err(error) => return Ok(Err(error)),
        };
        let reading = spawn_blocking(move || {
            if gzip::is_packed(&body.bytes) {
                gzip::unpack(&body.bytes, FILE.bytes).map(|bytes| sitemap::read(&bytes))
            } else {
                Ok(sitemap::read(&body.bytes))
            }
        });
        let read = self.lease.during(reading).await?;
        read.map_err(|error| {
            let message = error.to_string();
            Ended::Job(xin_broker::JobError::new(
                xin_domain::ErrorKind::Internal,
                message,
            ))
        })
    }
}

fn no_sitemap(error: Option<&FetchError>) -> CrawlCause {
    let reason = error.map_or_else(
        || "it lists no page that is to be read".to_owned(),
        ToString::to_string,
    );
    CrawlCause::new(
        "no_sitemap",
        format!(
            "the site's sitemap cannot be used: {reason}. Give the sitemap's own address, see to \
             the patterns, or have the pages found by links (mode crawl)"
        ),
    )
}
