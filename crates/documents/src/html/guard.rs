//! Refuses pages that are made to exhaust whoever parses them, before they are parsed.
//!
//! A parser of HTML mends what it reads. Elements that are never closed make every further one dearer,
//! and open ones such as `<b>` are repeated in every block that follows.

use std::collections::HashMap;

use dom_query::Document;

use super::ParseFailure;

/// How many elements may be open at once; browsers stop at 512 as well.
const DEEPEST: u32 = 512;
/// How many nodes a page may become. A large page has some 20,000.
const MOST_NODES: u64 = 2_000_000;

/// Elements that have no end.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];
/// Elements whose end may be left out, because the next one of their kind ends them.
const ENDED_BY_THE_NEXT: [&str; 17] = [
    "p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "thead", "tbody", "tfoot",
    "colgroup", "rp", "rt", "html", "body",
];
/// Elements that are repeated in the blocks after them until they are closed.
const REPEATED: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];
/// Elements that hold text alone.
const RAW: [&str; 8] = [
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
];

/// Elements that hold drawings and formulas.
const DRAWINGS: [&str; 2] = ["svg", "math"];
/// Elements of text that end a drawing.
const BLOCKS: [&str; 30] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "hgroup",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "pre",
    "section",
    "span",
    "summary",
    "table",
    "ul",
    "ruby",
    "sup",
];

fn is_text(name: &str) -> bool {
    let is_heading = matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
    is_heading || BLOCKS.contains(&name) || REPEATED.contains(&name) || DRAWINGS.contains(&name)
}

/// Whether a page can be parsed in reasonable time and memory.
pub(super) fn check(html: &str) -> Result<(), ParseFailure> {
    let mut open: HashMap<String, u32> = HashMap::new();
    let (mut depth, mut repeated, mut nodes) = (0_u32, 0_u32, 0_u64);
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once('<') {
        rest = tag;
        if let Some(comment) = tag.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let is_end = tag.starts_with('/');
        let tag = tag.strip_prefix('/').unwrap_or(tag);
        let name_end = tag
            .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
            .unwrap_or(tag.len());
        let (name, attributes) = tag.split_at(name_end);
        if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            continue;
        }
        let name = name.to_ascii_lowercase();
        let name = name.as_str();
        rest = after_tag(attributes);
        let length = attributes.len() - rest.len();
        let is_closed = attributes
            .get(..length)
            .is_some_and(|tag| tag.ends_with("/>"));
        // A text node before it, the element itself, and what is repeated around it.
        nodes += 2 + u64::from(repeated);
        if nodes > MOST_NODES {
            return Err(ParseFailure::too_complex());
        }
        // Only drawings close their elements at once; `<div/>` is open.
        let in_drawing = DRAWINGS.iter().any(|name| open.get(*name) > Some(&0));
        let is_shape = is_closed && in_drawing && !is_text(name);
        if VOID.contains(&name) || ENDED_BY_THE_NEXT.contains(&name) || is_shape {
            continue;
        }
        let count = open.entry(name.to_owned()).or_default();
        let is_repeated = u32::from(REPEATED.contains(&name));
        if is_end {
            let was_open = (*count).min(1);
            *count -= was_open;
            depth -= was_open;
            repeated -= is_repeated * was_open;
        } else if RAW.contains(&name) {
            rest = after_raw(rest, name);
        } else {
            *count += 1;
            depth += 1;
            repeated += is_repeated;
            if depth > DEEPEST {
                return Err(ParseFailure::too_deeply_nested());
            }
        }
    }
    Ok(())
}

/// What follows a tag; a `>` in a quoted attribute does not end it.
fn after_tag(attributes: &str) -> &str {
    let mut quote = None;
    let mut value_begins = false;
    for (at, letter) in attributes.char_indices() {
        match (quote, letter) {
            (Some(open), letter) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '>') => return attributes.get(at + 1..).unwrap_or_default(),
            (None, '"' | '\'') if value_begins => quote = Some(letter),
            (None, _) => {}
        }
        value_begins = letter == '=' || (value_begins && letter.is_whitespace());
    }
    ""
}

/// What follows the text of such an element.
fn after_raw<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        if after
            .get(..name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name))
        {
            return after_tag(after);
        }
        rest = after;
    }
    ""
}

/// Whether a page that was parsed is no deeper than it seemed: what is open in a drawing, only a
/// parser knows.
pub(super) fn check_parsed(document: &Document) -> Result<(), ParseFailure> {
    let mut depth = 0_u32;
    let mut next = Some(document.root());
    while let Some(node) = next {
        if let Some(child) = node.first_child() {
            depth += 1;
            // What is repeated comes on top.
            if depth > 2 * DEEPEST {
                return Err(ParseFailure::too_deeply_nested());
            }
            next = Some(child);
            continue;
        }
        let mut left = node;
        next = left.next_sibling();
        while next.is_none() {
            let Some(parent) = left.parent() else {
                return Ok(());
            };
            depth = depth.saturating_sub(1);
            left = parent;
            next = left.next_sibling();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(html: &str) -> &'static str {
        check(html).unwrap_err().code
    }

    #[test]
    fn pages_that_exhaust_a_parser_are_refused() {
        assert_eq!(code(&"<div>".repeat(100_000)), "too_deeply_nested");
        assert_eq!(code(&"<DIV a='>'>".repeat(1_000)), "too_deeply_nested");
        assert_eq!(
            code(&format!("<svg>{}", "<div/>".repeat(1_000))),
            "too_deeply_nested"
        );
        let page = format!("<svg></p>{}", "<path/>".repeat(3_000));
        assert_eq!(check(&page), Ok(()));
        let parsed = check_parsed(&Document::from(page)).unwrap_err();
        assert_eq!(parsed.code, "too_deeply_nested");
        let fonts = "<font>".repeat(400);
        assert_eq!(
            code(&format!("{fonts}{}", "<p>x".repeat(10_000))),
            "too_complex"
        );
    }

    #[test]
    fn long_pages_are_read() {
        assert_eq!(
            check(&"<div><p>a<b>b</b><li>c<br><img alt='<div>'></div>".repeat(20_000)),
            Ok(())
        );
        assert_eq!(check(&"<p>".repeat(50_000)), Ok(()));
        let icon = "<svg viewBox='0 0 9 9'><g><path d='M1'/><circle r=1 /></g></svg>";
        assert_eq!(check(&icon.repeat(5_000)), Ok(()));
        let script = format!("<script>{}</script>", "'<div>' < 3;".repeat(10_000));
        assert_eq!(
            check(&format!("<!-- {} -->{script}", "<div>".repeat(10_000))),
            Ok(())
        );
    }
}
