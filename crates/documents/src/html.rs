//! Web pages: what a reader came for, as Markdown, and what a crawler needs to know.

mod content;
mod guard;
mod head;
mod walk;

use dom_query::Document;
use encoding_rs::Encoding;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{ParseFailure, encoding};

/// How far into a page its encoding may be declared; browsers look as far.
const DECLARED_WITHIN: usize = 1_024;

/// A web page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HtmlPage {
    /// Its title, or its first heading when it has none.
    pub title: String,
    /// Its main content, without menus, scripts and the like; half-spaces are kept.
    pub markdown: String,
    /// The language it declares, such as `fa`.
    pub language: Option<String>,
    /// Where it leads: absolute addresses without their fragments, each once.
    pub links: Vec<Url>,
    /// The address it wants to be known under.
    pub canonical: Option<Url>,
    /// Whether it does not want to be found.
    pub no_index: bool,
    /// Whether its links do not want to be followed.
    pub no_follow: bool,
}

/// Reads a web page. `content_type` is the header it came with, `url` where it came from. A page
/// without a word has an empty `markdown`.
pub fn page(
    html: &[u8],
    content_type: Option<&str>,
    url: Option<&Url>,
) -> Result<HtmlPage, ParseFailure> {
    let declared = content_type
        .and_then(charset_of)
        .or_else(|| declared_in(html));
    let text = encoding::decode_declared(html, declared)?;
    guard::check(&text)?;
    let document = Document::from(text);
    let head = head::read(&document, url);
    let markdown = content::main(document, &head.first_heading)?;
    Ok(HtmlPage {
        title: head.title,
        markdown,
        language: head.language,
        links: head.links,
        canonical: head.canonical,
        no_index: head.no_index,
        no_follow: head.no_follow,
    })
}

/// The encoding that a header or a declaration names: `text/html; charset=windows-1256`.
fn charset_of(text: &str) -> Option<&'static Encoding> {
    let text = text.to_ascii_lowercase();
    let (_, after) = text.split_once("charset")?;
    let label = after.trim_start().strip_prefix('=')?.trim_start();
    let label = label.trim_start_matches(['"', '\'']);
    let end =
        label.find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_:.".contains(letter)));
    Encoding::for_label(label.get(..end.unwrap_or(label.len()))?.as_bytes())
}

/// The encoding that the page itself declares.
fn declared_in(html: &[u8]) -> Option<&'static Encoding> {
    let head = html.get(..DECLARED_WITHIN).unwrap_or(html);
    let head = encoding_rs::WINDOWS_1252.decode(head).0;
    let found = charset_of(&head).or_else(|| {
        // XHTML: <?xml version="1.0" encoding="windows-1256"?>
        let (_, after) = head.split_once("<?xml")?;
        let (declaration, _) = after.split_once("?>")?;
        charset_of(&declaration.replace("encoding", "charset"))
    });
    // A page that could be read so far is not in UTF-16, whatever it says.
    found.map(|encoding| {
        if encoding.is_ascii_compatible() {
            encoding
        } else {
            encoding_rs::UTF_8
        }
    })
}
