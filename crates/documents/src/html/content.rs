//! The part of a page that a reader came for.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dom_query::{Document, NodeRef};
use dom_smoothie::Readability;

use super::ParseFailure;
use super::walk;
use crate::has_words;
use crate::markdown::Writer;

/// What is never content: it runs, embeds, or leads elsewhere.
const NEVER: &str = "script, style, noscript, template, iframe, object, embed, canvas, svg, audio, \
                     video, input, select, textarea, datalist, dialog, nav, footer, \
                     [role=navigation], [role=contentinfo], [role=search], [role=dialog]";
/// Elements by which an author says where the content is.
const MAIN: &str = "main, [role=main]";
/// Characters that a page must have for its content to be guessed.
const ENOUGH: usize = 600;
/// The share of a page's characters, in hundredths, that its main element must have to be believed,
/// and that a guess must keep.
const LEAST_OF_MAIN: usize = 20;
const LEAST_OF_GUESS: usize = 60;

/// The main content as Markdown, under the page's first heading.
pub(super) fn main(document: Document, first_heading: &str) -> Result<String, ParseFailure> {
    document.select(NEVER).remove();
    let Some(body) = document.body() else {
        return Ok(String::new());
    };
    remove_banners(&document);
    let whole = length(&body);
    let named = document.select(MAIN);
    let text = match named.nodes() {
        [main] if length(main).saturating_mul(100) >= whole.saturating_mul(LEAST_OF_MAIN) => {
            walk::markdown(main)?
        }
        _ => match guess(&document, whole) {
            Some(article) => walk::markdown(&article.root())?,
            None => walk::markdown(&body)?,
        },
    };
    Ok(with_heading(text, first_heading))
}

/// The head of a site stands on every page. One with the page's own heading is its content.
fn remove_banners(document: &Document) {
    for selector in [
        "body > header",
        "body > div > header",
        "[role=banner]",
        "body > aside",
    ] {
        for banner in document.select(selector).nodes() {
            let holds_heading = banner.descendants_it().any(|node| node.has_name("h1"));
            let holds_main = banner.descendants_it().any(|node| node.has_name("main"));
            if !holds_heading && !holds_main {
                banner.remove_from_parent();
            }
        }
    }
}

/// What looks like an article, when it is most of what the page says.
fn guess(document: &Document, whole: usize) -> Option<Document> {
    if whole < ENOUGH {
        return None;
    }
    let copy = document.clone();
    // It is long and full of assumptions; a page that breaks one is read as a whole.
    let article = catch_unwind(AssertUnwindSafe(|| {
        Readability::with_document(copy, None, None)
            .ok()?
            .parse()
            .ok()
    }))
    .ok()??;
    let article = Document::from(article.content);
    let kept = length(&article.root());
    (kept.saturating_mul(100) >= whole.saturating_mul(LEAST_OF_GUESS)).then_some(article)
}

fn length(node: &NodeRef<'_>) -> usize {
    node.normalized_char_count()
}

/// A guess may leave out the heading of the page as a repetition of its title.
fn with_heading(text: String, heading: &str) -> String {
    if !has_words(heading) || text.contains(heading) || text.is_empty() {
        return text;
    }
    let mut writer = Writer::default();
    writer.heading(1, heading);
    writer.block(&text);
    writer.finish()
}
