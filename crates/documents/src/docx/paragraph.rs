//! What a paragraph of a document is: a heading, an item of a list, or text.

use crate::ParseFailure;
use crate::office::{Node, Xml};

/// A paragraph that is open.
#[derive(Default)]
pub(super) struct Paragraph {
    pub(super) text: String,
    pub(super) properties: Properties,
}

/// What a paragraph, or a style, says of itself.
#[derive(Default)]
pub(super) struct Properties {
    /// The id of its style.
    pub(super) style: Option<String>,
    /// As a heading, its level from 1.
    pub(super) outline: Option<usize>,
    /// The list it is an item of, and how deep.
    pub(super) list: Option<(String, usize)>,
}

/// The deepest heading.
const LOWEST_LEVEL: usize = 9;

/// Reads the `pPr` that has just begun.
pub(super) fn properties(xml: &mut Xml<'_>) -> Result<Properties, ParseFailure> {
    let mut properties = Properties::default();
    let (mut list, mut depth) = (None, 0);
    let mut open = 1_usize;
    while open > 0 {
        let element = match xml.next()? {
            Some(Node::Open(element)) => element,
            Some(Node::Close(_)) => {
                open -= 1;
                continue;
            }
            Some(Node::Text(_)) => continue,
            None => break,
        };
        open += 1;
        match element.name() {
            "pStyle" => properties.style = element.attribute("val").map(str::to_owned),
            "outlineLvl" => {
                let level = element.number::<usize>("val");
                properties.outline = level.filter(|level| *level < LOWEST_LEVEL).map(|at| at + 1);
            }
            "numId" => list = element.attribute("val").map(str::to_owned),
            "ilvl" => depth = element.number("val").unwrap_or(0),
            // As it was before a change that is tracked.
            "pPrChange" => {
                xml.skip()?;
                open -= 1;
            }
            _ => {}
        }
    }
    // The list 0 is none.
    properties.list = list.filter(|list| list != "0").map(|list| (list, depth));
    Ok(properties)
}

/// Reads the `rPr` that has just begun; whether its run is hidden.
pub(super) fn is_hidden(xml: &mut Xml<'_>) -> Result<bool, ParseFailure> {
    let mut is_hidden = false;
    let mut open = 1_usize;
    while open > 0 {
        match xml.next()? {
            Some(Node::Open(element)) => {
                open += 1;
                is_hidden |= element.is("vanish") && element.is_on();
            }
            Some(Node::Close(_)) => open -= 1,
            Some(Node::Text(_)) => {}
            None => break,
        }
    }
    Ok(is_hidden)
}
