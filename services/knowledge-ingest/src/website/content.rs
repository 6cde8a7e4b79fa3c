//! What the body of an answer holds: a page's own text and where it leads, or a file.

use std::collections::HashSet;
use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;
use url::Url;
use xin_broker::JobError;
use xin_documents::html::HtmlPage;
use xin_documents::{ParseFailure, SourceKind};
use xin_domain::website::normal_form;
use xin_domain::{CrawlCause, ErrorKind, PageState};
use xin_storage::tenant::WebsitePage;

use super::ended::Ended;
use super::fetch::Body;
use super::look::{Look, Skipped};
use super::run::Run;

/// A page that takes longer to read than this is made to.
const READING: Duration = Duration::from_secs(20);
/// Links that are followed from one page.
const MOST_LINKS: usize = 500;
/// And their addresses together, since they are kept with the page.
const MOST_LINK_BYTES: usize = 64 * 1024;
const LONGEST_TITLE: usize = 200;

/// Something to keep.
#[derive(Debug)]
pub struct Content {
    pub title: String,
    pub kind: SourceKind,
    pub file_name: String,
    pub bytes: Bytes,
    /// Tells whether it is as it was.
    pub hash: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub links: Vec<String>,
}

/// What a page asks of programs that read it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Wishes {
    no_index: bool,
    no_follow: bool,
}

impl Run {
    /// What a page's body holds.
    pub async fn content_of(
        &self,
        page: &WebsitePage,
        url: &Url,
        body: Body,
    ) -> Result<Look, Ended> {
        let essence = body.content_type.as_deref().unwrap_or("text/html");
        let essence = essence.split(';').next().unwrap_or(essence).trim();
        let essence = essence.to_ascii_lowercase();
        if matches!(essence.as_str(), "text/html" | "application/xhtml+xml" | "") {
            return self.page_of(page, url, body).await;
        }
        Ok(self.file_of(url, body, &essence))
    }

    async fn page_of(&self, page: &WebsitePage, url: &Url, body: Body) -> Result<Look, Ended> {
        let read = match self.read(url, &body).await? {
            Ok(read) => read,
            Err(failure) => {
                return Ok(Look::Failed {
                    cause: CrawlCause::new(failure.code, failure.message),
                    is_gone: false,
                });
            }
        };
        let said = wishes(&body.robots);
        let links = if read.no_follow || said.no_follow {
            Vec::new()
        } else {
            self.links_of(url, &read.links)
        };
        let skipped = |code: &str, message: String, stands_for: Option<Url>, is_final: bool| {
            Ok(Look::Skipped(Skipped {
                cause: CrawlCause::new(code, message),
                links: Some(links.clone()),
                stands_for,
                is_final,
            }))
        };
        if self.rules.judge(url).is_err() {
            let message = "the patterns leave it out; it is read for its links only".to_owned();
            return skipped("left_out", message, None, true);
        }
        if read.no_index || said.no_index {
            let message = "it asks not to be indexed (noindex)".to_owned();
            return skipped("no_index", message, None, true);
        }
        if let Some(canonical) = self.canonical_of(page, url, &read).await? {
            let message = format!("it is a copy of {canonical}, as it says itself");
            return skipped("canonical", message, Some(canonical), true);
        }
        if read.markdown.trim().is_empty() {
            let message = "it has no text of its own, or makes it with a program".to_owned();
            return skipped("no_text", message, None, false);
        }
        let title = title_of(&read.title, url);
        let text = read.markdown.replace('\0', "");
        Ok(Look::Content(Content {
            hash: hash(&[title.as_bytes(), text.as_bytes()]),
            title,
            kind: SourceKind::Markdown,
            file_name: "page.md".to_owned(),
            bytes: text.into(),
            etag: body.etag,
            last_modified: body.last_modified,
            links,
        }))
    }

    async fn read(&self, url: &Url, body: &Body) -> Result<Result<HtmlPage, ParseFailure>, Ended> {
        let (bytes, kind, address) = (body.bytes.clone(), body.content_type.clone(), url.clone());
        let reading = spawn_blocking(move || {
            xin_documents::html::page(&bytes, kind.as_deref(), Some(&address))
        });
        let reading = tokio::time::timeout(READING, reading);
        match self.lease.during(reading).await? {
            Err(_elapsed) => Ok(Err(ParseFailure {
                code: "too_complex",
                message: "the page is too complex to be read".to_owned(),
            })),
            Ok(Err(error)) => Err(Ended::Job(JobError::new(
                ErrorKind::Internal,
                error.to_string(),
            ))),
            Ok(Ok(read)) => Ok(read),
        }
    }

    /// Where a page leads, of what is read of the site.
    fn links_of(&self, url: &Url, links: &[Url]) -> Vec<String> {
        let mut known = HashSet::new();
        let mut bytes = 0;
        links
            .iter()
            .filter_map(normal_form)
            .filter(|link| link != url && self.rules.judge(link).is_ok())
            .map(String::from)
            .filter(|link| known.insert(link.clone()))
            .take(MOST_LINKS)
            .take_while(|link| {
                bytes += link.len();
                bytes <= MOST_LINK_BYTES
            })
            .collect()
    }

    /// The page that this one says it is a copy of. Its word does not count when that page could
    /// not be read, or says the same of this one: something must stay.
    async fn canonical_of(
        &self,
        page: &WebsitePage,
        url: &Url,
        read: &HtmlPage,
    ) -> Result<Option<Url>, Ended> {
        let canonical = read.canonical.as_ref().and_then(normal_form);
        let canonical = canonical.filter(|canonical| canonical != url);
        let canonical = canonical.filter(|canonical| self.rules.judge(canonical).is_ok());
        let Some(canonical) = canonical else {
            return Ok(None);
        };
        let hops = usize::try_from(page.hops).unwrap_or(usize::MAX);
        let tx = self.platform().database.read(self.lease.tenant).await?;
        let pages = tx.websites().pages(self.website.id);
        let known = pages.find(canonical.as_str()).await?;
        let is_checked = |found: &WebsitePage| found.checked_run == self.website.run;
        let is_useless = known.is_some_and(|found| match found.state {
            PageState::Failed => true,
            PageState::Skipped => is_checked(&found),
            PageState::Kept | PageState::Waiting => false,
        });
        Ok((!is_useless && hops < super::fetch::MOST_REDIRECTS).then_some(canonical))
    }

    fn file_of(&self, url: &Url, body: Body, essence: &str) -> Look {
        let name = file_name(url);
        let kind = xin_documents::detect(&body.bytes, Some(&name)).ok();
        let kind = kind.filter(|kind| match kind {
            SourceKind::Pdf | SourceKind::Docx | SourceKind::Pptx | SourceKind::Xlsx => {
                self.website.settings.with_files
            }
            SourceKind::Text | SourceKind::Markdown | SourceKind::Csv | SourceKind::Html => false,
        });
        let Some(kind) = kind.filter(|_| self.rules.judge(url).is_ok()) else {
            return Look::Skipped(Skipped {
                cause: CrawlCause::new("no_page", format!("it is no page but {essence}")),
                links: Some(Vec::new()),
                stands_for: None,
                is_final: true,
            });
        };
        let stem = name
            .rsplit_once('.')
            .map_or(name.as_str(), |(stem, _)| stem);
        Look::Content(Content {
            title: title_of(&stem.replace(['_', '-'], " "), url),
            kind,
            hash: hash(&[&body.bytes]),
            file_name: name,
            bytes: body.bytes,
            etag: body.etag,
            last_modified: body.last_modified,
            links: Vec::new(),
        })
    }
}

/// What the header `X-Robots-Tag` asks of everybody, or of us.
fn wishes(header: &str) -> Wishes {
    let mut wishes = Wishes::default();
    for wish in header.split(',') {
        let (name, wish) = wish.rsplit_once(':').unwrap_or(("xinbot", wish));
        if name.trim() != "xinbot" {
            continue;
        }
        match wish.trim() {
            "noindex" => wishes.no_index = true,
            "nofollow" => wishes.no_follow = true,
            "none" => {
                wishes = Wishes {
                    no_index: true,
                    no_follow: true,
                }
            }
            _ => {}
        }
    }
    wishes
}

fn title_of(title: &str, url: &Url) -> String {
    let clean = title.replace('\0', "");
    let clean: Vec<&str> = clean.split_whitespace().collect();
    let title: String = clean.join(" ").chars().take(LONGEST_TITLE).collect();
    if !title.trim().is_empty() {
        return title.trim().to_owned();
    }
    let name = file_name(url);
    if name.is_empty() {
        url.host_str().unwrap_or("—").to_owned()
    } else {
        name
    }
}

/// The last part of the address, as people read it.
fn file_name(url: &Url) -> String {
    let path = url.path().trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    let readable = xin_domain::website::readable(last);
    let plain = readable.chars().filter(|letter| !letter.is_control());
    plain.take(LONGEST_TITLE).collect()
}

fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
        hasher.update([0]);
    }
    hex::encode(hasher.finalize())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn headers_ask_everybody_or_us() {
        let asks = |header| (wishes(header).no_index, wishes(header).no_follow);
        assert_eq!(asks(""), (false, false));
        assert_eq!(asks("noindex"), (true, false));
        assert_eq!(asks("none"), (true, true));
        assert_eq!(asks("noarchive, nofollow"), (false, true));
        assert_eq!(asks("otherbot: noindex"), (false, false));
        assert_eq!(asks("otherbot: noindex, xinbot: noindex"), (true, false));
        assert_eq!(
            asks("unavailable_after: 25 jun 2010 15:00:00 pst"),
            (false, false)
        );
    }

    #[test]
    fn a_title_is_one_line() {
        let url =
            Url::parse("https://example.com/a/%D8%B1%D8%A7%D9%87%D9%86%D9%85%D8%A7/").unwrap();
        assert_eq!(
            title_of(" می\u{200c}خرم \n الان ", &url),
            "می\u{200c}خرم الان"
        );
        assert_eq!(title_of(" \0 ", &url), "راهنما");
        assert_eq!(
            title_of("", &Url::parse("https://example.com/").unwrap()),
            "example.com"
        );
    }

    proptest! {
        #[test]
        fn any_title_and_header_are_read(title in ".{0,300}", header in ".{0,60}", path in ".{0,40}") {
            let _wishes = wishes(&header);
            if let Ok(url) = Url::parse(&format!("https://example.com/{path}")) {
                let letters = title_of(&title, &url).chars().count();
                prop_assert!((1..=LONGEST_TITLE).contains(&letters));
            }
        }
    }
}
