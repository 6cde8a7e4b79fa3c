//! The styles and lists that paragraphs name.

use std::collections::HashMap;

use super::paragraph::{Properties, properties};
use crate::ParseFailure;
use crate::office::{Node, Xml};

/// How many styles a style may be based on, one on the other.
const LONGEST_CHAIN: usize = 16;
/// How deep lists lie in lists.
const DEEPEST_LIST: usize = 9;

/// The styles of a document.
#[derive(Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
}

#[derive(Default)]
struct Style {
    /// In lower case; it is English whatever the language of the program.
    name: String,
    based_on: Option<String>,
    properties: Properties,
}

impl Styles {
    pub(super) fn read(mut xml: Xml<'_>) -> Result<Self, ParseFailure> {
        let mut styles = Self::default();
        let mut open: Option<(String, Style)> = None;
        while let Some(node) = xml.next()? {
            match node {
                Node::Open(element) => match (element.name(), open.as_mut()) {
                    ("style", _) => {
                        let id = element.attribute("styleId").unwrap_or_default();
                        open = Some((id.to_owned(), Style::default()));
                    }
                    ("name", Some((_, style))) => {
                        style.name = element.attribute("val").unwrap_or_default().to_lowercase();
                    }
                    ("basedOn", Some((_, style))) => {
                        style.based_on = element.attribute("val").map(str::to_owned);
                    }
                    ("pPr", Some((_, style))) => style.properties = properties(&mut xml)?,
                    _ => {}
                },
                Node::Close(name) if name == "style" => styles.by_id.extend(open.take()),
                Node::Close(_) | Node::Text(_) => {}
            }
        }
        Ok(styles)
    }

    /// The level of headings in that style.
    pub(super) fn level(&self, id: &str) -> Option<usize> {
        self.chain(id).find_map(|style| {
            let named = match style.name.strip_prefix("heading ") {
                Some(level) => level.trim().parse().ok(),
                None => (style.name == "title").then_some(1),
            };
            named.or(style.properties.outline)
        })
    }

    /// The list that paragraphs in that style are items of.
    pub(super) fn list(&self, id: &str) -> Option<(String, usize)> {
        self.chain(id)
            .find_map(|style| style.properties.list.clone())
    }

    fn chain(&self, id: &str) -> impl Iterator<Item = &Style> {
        let first = self.by_id.get(id);
        std::iter::successors(first, |style| self.by_id.get(style.based_on.as_deref()?))
            .take(LONGEST_CHAIN)
    }
}

/// The lists of a document, and how far each has counted.
#[derive(Default)]
pub(super) struct Lists {
    /// The definition that a list follows.
    definitions: HashMap<String, String>,
    /// Whether the items of a definition have numbers, by depth.
    numbered: HashMap<(String, usize), bool>,
    counted: HashMap<String, Vec<u32>>,
}

impl Lists {
    pub(super) fn read(mut xml: Xml<'_>) -> Result<Self, ParseFailure> {
        let mut lists = Self::default();
        let (mut definition, mut list, mut depth) = (String::new(), String::new(), 0);
        while let Some(node) = xml.next()? {
            let Node::Open(element) = node else { continue };
            match element.name() {
                "abstractNum" => {
                    let id = element.attribute("abstractNumId").unwrap_or_default();
                    id.clone_into(&mut definition);
                }
                "lvl" => depth = element.number("ilvl").unwrap_or(0),
                "numFmt" => {
                    let format = element.attribute("val");
                    let is_numbered = !matches!(format, Some("bullet" | "none") | None);
                    lists
                        .numbered
                        .insert((definition.clone(), depth), is_numbered);
                }
                "num" => {
                    let id = element.attribute("numId").unwrap_or_default();
                    id.clone_into(&mut list);
                }
                "abstractNumId" => {
                    let of = element.attribute("val").unwrap_or_default().to_owned();
                    lists.definitions.insert(list.clone(), of);
                }
                _ => {}
            }
        }
        Ok(lists)
    }

    /// What stands before the next item of a list.
    pub(super) fn next_mark(&mut self, list: &str, depth: usize) -> String {
        let depth = depth.min(DEEPEST_LIST);
        let definition = self.definitions.get(list).cloned().unwrap_or_default();
        let counted = self.counted.entry(list.to_owned()).or_default();
        // A deeper list begins anew under each item.
        counted.resize(depth + 1, 0);
        let Some(count) = counted.last_mut() else {
            return "-".to_owned();
        };
        *count = count.saturating_add(1);
        if self
            .numbered
            .get(&(definition, depth))
            .copied()
            .unwrap_or(false)
        {
            format!("{count}.")
        } else {
            "-".to_owned()
        }
    }
}
