//! What belongs to a website.

use url::Url;

use super::Pattern;

/// Endings of files that hold text.
const FILES: [&str; 4] = ["pdf", "docx", "xlsx", "pptx"];
/// Endings of what is no page.
const NO_PAGES: [&str; 48] = [
    "jpg", "jpeg", "png", "gif", "webp", "avif", "svg", "ico", "bmp", "tif", "tiff", "css", "js",
    "mjs", "map", "json", "xml", "rss", "atom", "txt", "csv", "md", "zip", "rar", "7z", "gz",
    "tgz", "tar", "exe", "msi", "apk", "dmg", "iso", "mp3", "m4a", "ogg", "wav", "mp4", "m4v",
    "webm", "mov", "avi", "mkv", "woff", "woff2", "ttf", "eot", "doc",
];

/// What an address seems to be, before anybody has asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// A page.
    Page,
    /// A file with text in it.
    File,
}

/// Why an address does not belong to what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// It is of another site.
    OtherSite,
    /// It is no page and no file that is wanted.
    NoPage,
    /// The patterns leave it out.
    LeftOut,
}

/// Which addresses belong to a website.
#[derive(Clone, Debug)]
pub struct SiteRules {
    host: String,
    port: Option<u16>,
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
    with_files: bool,
}

impl SiteRules {
    /// The rules of the site that begins at `start`. Without `include` everything belongs to it.
    #[must_use]
    pub fn new(
        start: &Url,
        include: Vec<Pattern>,
        exclude: Vec<Pattern>,
        with_files: bool,
    ) -> Self {
        Self {
            host: bare_host(start),
            port: start.port(),
            include,
            exclude,
            with_files,
        }
    }

    /// Whether the address is of the same site: the same host, with or without `www.`, and the same
    /// port.
    #[must_use]
    pub fn is_same_site(&self, url: &Url) -> bool {
        matches!(url.scheme(), "http" | "https")
            && bare_host(url) == self.host
            && url.port() == self.port
    }

    /// What the address is, when it belongs to what is read.
    pub fn judge(&self, url: &Url) -> Result<LinkKind, Outside> {
        if !self.is_same_site(url) {
            return Err(Outside::OtherSite);
        }
        let kind = kind_of(url).ok_or(Outside::NoPage)?;
        if kind == LinkKind::File && !self.with_files {
            return Err(Outside::NoPage);
        }
        let is_meant = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(url));
        if is_meant(&self.exclude) || !(self.include.is_empty() || is_meant(&self.include)) {
            return Err(Outside::LeftOut);
        }
        Ok(kind)
    }
}

fn bare_host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host.strip_prefix("www.")
        .map_or(host.clone(), str::to_owned)
}

fn kind_of(url: &Url) -> Option<LinkKind> {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    match ending {
        Some(ending) if FILES.contains(&ending.as_str()) => Some(LinkKind::File),
        Some(ending) if NO_PAGES.contains(&ending.as_str()) => None,
        _ => Some(LinkKind::Page),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn rules(include: &[&str], exclude: &[&str], with_files: bool) -> SiteRules {
        let read = |patterns: &[&str]| {
            patterns
                .iter()
                .map(|pattern| Pattern::parse(pattern).unwrap())
                .collect()
        };
        let start = url("https://www.example.com/fa/");
        SiteRules::new(&start, read(include), read(exclude), with_files)
    }

    #[test]
    fn a_site_is_its_host_with_or_without_www() {
        let rules = rules(&[], &[], false);
        for inside in [
            "https://example.com/",
            "http://www.example.com/a",
            "https://EXAMPLE.com./",
        ] {
            assert_eq!(rules.judge(&url(inside)), Ok(LinkKind::Page), "{inside}");
        }
        for other in [
            "https://shop.example.com/",
            "https://example.com.evil.test/",
            "https://notexample.com/",
            "https://example.com:8443/",
            "https://example.org/",
            "ftp://example.com/",
            "mailto:a@example.com",
            "data:text/html,x",
        ] {
            assert_eq!(rules.judge(&url(other)), Err(Outside::OtherSite), "{other}");
        }
    }

    #[test]
    fn patterns_and_endings_say_what_is_read() {
        let some = rules(&["/blog/*", "/کتاب*"], &["*/draft*"], false);
        let judge = |rules: &SiteRules, path: &str| {
            rules.judge(&url(&format!("https://example.com{path}")))
        };
        assert_eq!(judge(&some, "/blog/a.html"), Ok(LinkKind::Page));
        assert_eq!(judge(&some, "/کتاب/۱"), Ok(LinkKind::Page));
        assert_eq!(judge(&some, "/shop/a"), Err(Outside::LeftOut));
        assert_eq!(judge(&some, "/blog/draft-1"), Err(Outside::LeftOut));
        assert_eq!(judge(&some, "/blog/a.JPG"), Err(Outside::NoPage));
        assert_eq!(judge(&some, "/blog/price.pdf"), Err(Outside::NoPage));
        let all = rules(&[], &[], true);
        assert_eq!(judge(&all, "/price.pdf"), Ok(LinkKind::File));
        assert_eq!(judge(&all, "/v1.2"), Ok(LinkKind::Page));
    }

    proptest! {
        #[test]
        fn what_is_of_another_host_never_belongs(host in "[a-z0-9.-]{1,30}", path in "[a-z/.]{0,20}") {
            if let Ok(other) = Url::parse(&format!("https://{host}/{path}")) {
                let name = other.host_str().unwrap_or_default().trim_end_matches('.').to_owned();
                let same = name == "example.com" || name == "www.example.com";
                prop_assert_eq!(rules(&[], &[], true).is_same_site(&other), same);
            }
        }
    }
}
