//! What a site asks of programs that read it: its robots.txt.

use std::time::Duration;

use chrono::{DateTime, Utc};
use texting_robots::Robot;
use url::Url;
use xin_domain::CrawlCause;

use super::fetch::{FetchError, Fetcher, Limits};

/// The name that robots.txt calls us by.
const NAME: &str = "xinbot";
/// As much of it as is read (RFC 9309 asks for 500 KiB).
const MOST_BYTES: usize = 500 * 1024;
const TIME: Duration = Duration::from_secs(15);
/// A site that wants more time between pages than this could never be read.
const LONGEST_DELAY: Duration = Duration::from_secs(10);

/// What one server asks for.
#[derive(Debug)]
pub enum Robots {
    /// Nothing: everything may be read.
    Silent,
    /// These rules.
    Rules(Box<Robot>),
    /// It cannot be known for now, so nothing may be read.
    Unknown(CrawlCause),
}

impl Robots {
    /// Asks the server of `page`.
    pub async fn of(fetcher: &Fetcher, page: &Url, now: DateTime<Utc>) -> Self {
        let Ok(url) = page.join("/robots.txt") else {
            return Self::Silent;
        };
        // More than is read: a longer file is cut, not refused.
        let limits = Limits {
            bytes: MOST_BYTES * 4,
            time: TIME,
        };
        let host = page.host_str().map(str::to_owned);
        let is_near = |to: &Url| {
            let bare = |host: &str| host.trim_start_matches("www.").to_owned();
            to.host_str().map(bare) == host.as_deref().map(bare)
        };
        match fetcher.follow(&url, limits, now, is_near).await {
            Ok(body) => Self::read(body.bytes.get(..MOST_BYTES).unwrap_or(&body.bytes)),
            Err(FetchError::Status(status)) if (400..500).contains(&status) => Self::Silent,
            // A redirect that leads nowhere is as good as none (RFC 9309, 2.3.1.2).
            Err(FetchError::Redirects) => Self::Silent,
            Err(error) => Self::Unknown(unavailable(&error)),
        }
    }

    fn read(text: &[u8]) -> Self {
        match Robot::new(NAME, &in_capitals(text)) {
            Ok(rules) => Self::Rules(Box::new(rules)),
            Err(_) => Self::Unknown(CrawlCause::new(
                "robots_unreadable",
                "the site's robots.txt cannot be read; have it corrected",
            )),
        }
    }

    /// Whether a page may be read.
    pub fn allows(&self, url: &Url) -> Result<(), CrawlCause> {
        match self {
            Self::Silent => Ok(()),
            Self::Unknown(cause) => Err(cause.clone()),
            Self::Rules(rules) if rules.allowed(url.as_str()) => Ok(()),
            Self::Rules(_) => Err(CrawlCause::new(
                "robots_disallowed",
                "the site's robots.txt asks not to read this; allow the user agent XinBot there",
            )),
        }
    }

    /// How long it wants us to wait between two requests.
    #[must_use]
    pub fn delay(&self) -> Duration {
        let Self::Rules(rules) = self else {
            return Duration::ZERO;
        };
        let wanted = rules
            .delay
            .and_then(|seconds| Duration::try_from_secs_f32(seconds).ok());
        wanted.unwrap_or_default().min(LONGEST_DELAY)
    }

    /// The sitemaps it names.
    #[must_use]
    pub fn sitemaps(&self) -> &[String] {
        match self {
            Self::Rules(rules) => &rules.sitemaps,
            Self::Silent | Self::Unknown(_) => &[],
        }
    }
}

fn unavailable(error: &FetchError) -> CrawlCause {
    CrawlCause::new(
        "robots_unavailable",
        format!(
            "the site's robots.txt cannot be asked for ({error}), so nothing is read for now; \
             refresh the website when its server works again"
        ),
    )
}

/// Encodings in capitals, as our addresses have them.
fn in_capitals(text: &[u8]) -> Vec<u8> {
    let mut left = 0;
    text.iter()
        .map(|byte| {
            if *byte == b'%' {
                left = 2;
                return *byte;
            }
            let is_encoding = left > 0 && byte.is_ascii_hexdigit();
            left = if is_encoding { left - 1 } else { 0 };
            if is_encoding {
                byte.to_ascii_uppercase()
            } else {
                *byte
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn allows(robots: &Robots, path: &str) -> bool {
        let url = Url::parse(&format!("https://example.com{path}")).unwrap();
        robots.allows(&url).is_ok()
    }

    #[test]
    fn its_own_rules_win_over_everybody_s() {
        let robots = Robots::read(
            "User-agent: *\nDisallow: /\n\nUser-agent: XinBot\nAllow: /admin/open\n\
             Disallow: /admin\nDisallow: /%d8%b1%D8%A7%D8%B2\nDisallow: /*.php$\nCrawl-delay: 2.5\n\n\
             Sitemap: https://example.com/map.xml\n"
                .as_bytes(),
        );
        assert!(allows(&robots, "/"));
        assert!(allows(&robots, "/admin/open/x"));
        assert!(!allows(&robots, "/admin/x"));
        assert!(!allows(&robots, "/راز/۱"));
        assert!(!allows(&robots, "/a.php"));
        assert!(allows(&robots, "/a.php/b"));
        assert_eq!(robots.delay(), Duration::from_millis(2500));
        assert_eq!(robots.sitemaps(), ["https://example.com/map.xml"]);
        let nobody = Robots::read(b"User-agent: *\nDisallow: /\nCrawl-delay: 1e9\n");
        assert!(!allows(&nobody, "/"));
        assert_eq!(nobody.delay(), LONGEST_DELAY);
        assert!(allows(&Robots::read(b""), "/"));
        assert!(allows(&Robots::read(b"<html>not found</html>"), "/"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_rules(bytes: Vec<u8>, path in "[a-z/%*$.]{0,20}") {
            let robots = Robots::read(&bytes);
            let _either = allows(&robots, &format!("/{path}"));
            prop_assert!(robots.delay() <= LONGEST_DELAY);
        }

        #[test]
        fn any_rules_are_rules(
            lines in prop::collection::vec(
                "(User-agent|Disallow|Allow|Crawl-delay|Sitemap)?:? ?[a-zA-Z*$/%.0-9-]{0,30}", 0..20),
            path in "[a-z/%*$.]{0,20}",
        ) {
            let robots = Robots::read(lines.join("\n").as_bytes());
            let _either = allows(&robots, &format!("/{path}"));
            prop_assert!(robots.delay() <= LONGEST_DELAY);
        }
    }
}
