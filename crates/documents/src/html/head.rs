//! What a page says about itself.

use std::collections::HashSet;

use dom_query::Document;
use url::Url;

use crate::has_words;
use crate::markdown::one_line;

/// The most links of a page that are taken.
const MOST_LINKS: usize = 10_000;

/// What a page says about itself.
pub(super) struct Head {
    pub(super) title: String,
    pub(super) first_heading: String,
    pub(super) language: Option<String>,
    pub(super) links: Vec<Url>,
    pub(super) canonical: Option<Url>,
    pub(super) no_index: bool,
    pub(super) no_follow: bool,
}

pub(super) fn read(document: &Document, url: Option<&Url>) -> Head {
    let text_of = |selector: &str| one_line(&document.select_single(selector).text());
    let attribute = |selector: &str, name: &str| {
        let value = document.select_single(selector).attr(name);
        one_line(value.as_deref().unwrap_or_default())
    };
    let first_heading = text_of("h1");
    let titles = [
        text_of("head > title"),
        attribute("meta[property='og:title']", "content"),
        first_heading.clone(),
    ];
    let title = titles.into_iter().find(|title| has_words(title));
    let language = attribute("html", "lang");
    let language = language.split(['-', '_']).next().unwrap_or_default();
    let is_language = (2..=3).contains(&language.len())
        && language.bytes().all(|letter| letter.is_ascii_alphabetic());
    let base = base(document, url);
    let canonical = attribute("link[rel='canonical' i]", "href");
    let (no_index, no_follow) = robots(document);
    Head {
        title: title.unwrap_or_default(),
        first_heading,
        language: is_language.then(|| language.to_ascii_lowercase()),
        links: links(document, base.as_ref()),
        canonical: address(&canonical, base.as_ref()),
        no_index,
        no_follow,
    }
}

/// What relative addresses are relative to.
fn base(document: &Document, url: Option<&Url>) -> Option<Url> {
    let declared = document.select_single("base[href]").attr("href");
    declared
        .and_then(|href| address(&href, url))
        .or_else(|| url.cloned())
}

fn links(document: &Document, base: Option<&Url>) -> Vec<Url> {
    let mut seen = HashSet::new();
    let mut links = Vec::new();
    for anchor in document.select("a[href]").nodes() {
        let href = anchor.attr("href");
        if let Some(link) = href.and_then(|href| address(&href, base))
            && seen.insert(link.clone())
        {
            links.push(link);
            if links.len() >= MOST_LINKS {
                break;
            }
        }
    }
    links
}

/// An absolute address on the web, without its fragment.
fn address(href: &str, base: Option<&Url>) -> Option<Url> {
    let href = href.trim();
    if href.is_empty() {
        return None;
    }
    let mut address = match base {
        Some(base) => base.join(href).ok()?,
        None => Url::parse(href).ok()?,
    };
    address.set_fragment(None);
    matches!(address.scheme(), "http" | "https").then_some(address)
}

/// Whether the page asks robots not to index it, and not to follow its links.
fn robots(document: &Document) -> (bool, bool) {
    let (mut no_index, mut no_follow) = (false, false);
    for meta in document.select("meta[name][content]").nodes() {
        let name = meta.attr("name").unwrap_or_default();
        if !name.trim().eq_ignore_ascii_case("robots") {
            continue;
        }
        let content = meta
            .attr("content")
            .unwrap_or_default()
            .to_ascii_lowercase();
        for word in content.split([',', ' ']).map(str::trim) {
            no_index |= matches!(word, "noindex" | "none");
            no_follow |= matches!(word, "nofollow" | "none");
        }
    }
    (no_index, no_follow)
}
