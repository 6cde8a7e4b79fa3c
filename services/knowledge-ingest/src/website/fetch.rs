//! Asks a tenant's website for one thing, within bounds.
//!
//! A redirect is not followed here but told, so that whoever asked judges where it leads: every
//! address is judged before it is asked for, and the client judges what its name resolves to.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{
    ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, LAST_MODIFIED, LOCATION, RETRY_AFTER, USER_AGENT,
};
use url::Url;
use xin_domain::CrawlCause;

use super::gzip;

/// Who we say we are; the page there says what we do and how to send us away.
const AGENT: &str = concat!(
    "XinBot/",
    env!("CARGO_PKG_VERSION"),
    " (+https://xinbot.ir/bot)"
);
const ACCEPTED: &str = "text/html,application/xhtml+xml,*/*;q=0.5";
/// Marks that a server may give us back are kept up to this length.
const LONGEST_MARK: usize = 500;
/// Redirects in a row that are followed.
pub const MOST_REDIRECTS: usize = 5;

/// How much one answer may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the body.
    pub bytes: usize,
    /// The time of the whole exchange.
    pub time: Duration,
}

/// What a page said of itself the last time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Marks<'a> {
    /// Its `ETag`.
    pub etag: Option<&'a str>,
    /// Its `Last-Modified`.
    pub last_modified: Option<&'a str>,
}

/// A body with what its headers say.
#[derive(Clone, Debug)]
pub struct Body {
    /// The bytes.
    pub bytes: Bytes,
    /// `Content-Type`, as it came.
    pub content_type: Option<String>,
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
    /// `X-Robots-Tag`, in lower case.
    pub robots: String,
}

/// An answer.
#[derive(Debug)]
pub enum Fetched {
    /// The thing itself.
    Body(Body),
    /// It is as it was.
    Unchanged,
    /// It is elsewhere.
    Moved(Url),
}

/// Why there is no answer that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address is not one that may be asked for.
    #[error("the address leads into a private network, which is not read")]
    Private,
    /// The server answered with an error.
    #[error("the server answered with the status {0}")]
    Status(u16),
    /// The server wants to be left alone for a while.
    #[error("the server asks for fewer requests; the page is tried again with the next run")]
    Busy(Option<Duration>),
    /// The body is too large.
    #[error("it is larger than {0} bytes; offer it in parts, or leave it out with a pattern")]
    TooLarge(usize),
    /// It took too long.
    #[error("the server did not answer in time")]
    TimedOut,
    /// There is no server, or it broke off.
    #[error("the server cannot be reached ({0}); see whether the address is right")]
    Unreachable(String),
    /// It leads from one address to the next without end, or to no address.
    #[error("it leads from one address to the next without an end")]
    Redirects,
    /// The body is compressed in a way that was not asked for.
    #[error("the server compressed its answer in a way that was not asked for")]
    Encoding,
}

impl FetchError {
    /// The cause that people are told.
    #[must_use]
    pub fn cause(&self) -> CrawlCause {
        let code = match self {
            Self::Private => "private_address".to_owned(),
            Self::Status(status) => format!("http_{status}"),
            Self::Busy(_) => "too_many_requests".to_owned(),
            Self::TooLarge(_) => "too_large".to_owned(),
            Self::TimedOut => "timeout".to_owned(),
            Self::Unreachable(_) => "unreachable".to_owned(),
            Self::Redirects => "too_many_redirects".to_owned(),
            Self::Encoding => "unknown_encoding".to_owned(),
        };
        CrawlCause::new(code, self.to_string())
    }

    /// Whether the server says that there is no such thing any more.
    #[must_use]
    pub const fn is_gone(&self) -> bool {
        matches!(self, Self::Status(404 | 410))
    }
}

/// Asks for pages.
#[derive(Clone, Debug)]
pub struct Fetcher {
    http: reqwest::Client,
    may_fetch: fn(&Url) -> bool,
}

impl Fetcher {
    /// Asks through a client that follows no redirects, for addresses that `may_fetch`.
    #[must_use]
    pub const fn new(http: reqwest::Client, may_fetch: fn(&Url) -> bool) -> Self {
        Self { http, may_fetch }
    }

    /// Asks for one thing, once.
    pub async fn fetch(
        &self,
        url: &Url,
        marks: Marks<'_>,
        limits: Limits,
        now: DateTime<Utc>,
    ) -> Result<Fetched, FetchError> {
        if !(self.may_fetch)(url) {
            return Err(FetchError::Private);
        }
        let exchange = self.exchange(url, marks, limits, now);
        tokio::time::timeout(limits.time, exchange)
            .await
            .map_err(|_elapsed| FetchError::TimedOut)?
    }

    /// Asks for one thing and follows redirects to addresses that `may_follow`.
    pub async fn follow(
        &self,
        url: &Url,
        limits: Limits,
        now: DateTime<Utc>,
        may_follow: impl Fn(&Url) -> bool,
    ) -> Result<Body, FetchError> {
        let mut at = url.clone();
        for _ in 0..=MOST_REDIRECTS {
            match self.fetch(&at, Marks::default(), limits, now).await? {
                Fetched::Body(body) => return Ok(body),
                Fetched::Moved(to) if may_follow(&to) => at = to,
                Fetched::Moved(_) | Fetched::Unchanged => return Err(FetchError::Redirects),
            }
        }
        Err(FetchError::Redirects)
    }

    async fn exchange(
        &self,
        url: &Url,
        marks: Marks<'_>,
        limits: Limits,
        now: DateTime<Utc>,
    ) -> Result<Fetched, FetchError> {
        let mut request = self
            .http
            .get(url.clone())
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, ACCEPTED);
        if let Some(etag) = marks.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(time) = marks.last_modified {
            request = request.header(IF_MODIFIED_SINCE, time);
        }
        let answer = request.send().await.map_err(unreachable)?;
        let status = answer.status();
        if status == StatusCode::NOT_MODIFIED {
            return Ok(Fetched::Unchanged);
        }
        if status.is_redirection() {
            let to = header(answer.headers(), LOCATION, super::LONGEST_LINK);
            let to = to.and_then(|to| url.join(&to).ok());
            return to.map(Fetched::Moved).ok_or(FetchError::Redirects);
        }
        if matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        ) {
            let wait = header(answer.headers(), RETRY_AFTER, LONGEST_MARK);
            return Err(FetchError::Busy(
                wait.and_then(|wait| retry_after(&wait, now)),
            ));
        }
        if !status.is_success() {
            return Err(FetchError::Status(status.as_u16()));
        }
        Ok(Fetched::Body(read(answer, limits.bytes).await?))
    }
}

async fn read(mut answer: reqwest::Response, most: usize) -> Result<Body, FetchError> {
    let announced = answer.content_length().unwrap_or_default();
    if usize::try_from(announced).unwrap_or(usize::MAX) > most {
        return Err(FetchError::TooLarge(most));
    }
    let mut bytes = BytesMut::new();
    while let Some(piece) = answer.chunk().await.map_err(unreachable)? {
        if bytes.len() + piece.len() > most {
            return Err(FetchError::TooLarge(most));
        }
        bytes.extend_from_slice(&piece);
    }
    let headers = answer.headers();
    let encoding = header(headers, CONTENT_ENCODING, LONGEST_MARK);
    let bytes = match encoding.map(|name| name.to_ascii_lowercase()).as_deref() {
        None | Some("identity" | "") => bytes.freeze(),
        // Some servers compress for everybody.
        Some("gzip" | "x-gzip") => gzip::unpack(&bytes, most)?,
        Some(_) => return Err(FetchError::Encoding),
    };
    let robots = headers
        .get_all(HeaderName::from_static("x-robots-tag"))
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect::<Vec<_>>()
        .join(",");
    Ok(Body {
        bytes,
        content_type: header(headers, CONTENT_TYPE, LONGEST_MARK),
        etag: header(headers, ETAG, LONGEST_MARK),
        last_modified: header(headers, LAST_MODIFIED, LONGEST_MARK),
        robots: robots.to_ascii_lowercase(),
    })
}

/// A header's text, unless it is longer than anybody needs. Addresses may come unencoded.
fn header(headers: &HeaderMap, name: HeaderName, longest: usize) -> Option<String> {
    let value = headers.get(name)?.as_bytes();
    let text = std::str::from_utf8(value).ok()?;
    (value.len() <= longest).then(|| text.trim().to_owned())
}

fn unreachable(error: reqwest::Error) -> FetchError {
    if error.is_timeout() {
        return FetchError::TimedOut;
    }
    // The innermost cause says it best: refused, no such name, no public address.
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    FetchError::Unreachable(cause.to_string().chars().take(200).collect())
}

/// How long a server wants to be left alone: seconds, or until a date.
fn retry_after(text: &str, now: DateTime<Utc>) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let until = DateTime::parse_from_rfc2822(text).ok()?;
    (until.with_timezone(&Utc) - now).to_std().ok()
}

#[cfg(test)]
mod servers;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn servers_say_when_to_come_back() {
        let now = "2026-11-24T10:00:00Z".parse().unwrap();
        assert_eq!(retry_after("7", now), Some(Duration::from_secs(7)));
        assert_eq!(
            retry_after("Tue, 24 Nov 2026 10:00:30 GMT", now),
            Some(Duration::from_secs(30))
        );
        assert_eq!(retry_after("Tue, 24 Nov 2026 09:00:30 GMT", now), None);
        assert_eq!(retry_after("-1", now), None);
    }

    proptest! {
        #[test]
        fn any_wait_is_read_or_left(text in ".{0,40}") {
            let _either = retry_after(&text, DateTime::<Utc>::MIN_UTC);
        }
    }
}
