//! What the sheets of a workbook share: their names, their texts and the looks of their numbers.

use std::collections::HashMap;

use super::look::{Format, Look};
use super::sheet;
use crate::office::{Node, Package, Xml};
use crate::{MOST_TEXT_BYTES, ParseFailure};

/// The most sheets that are read.
const MOST_SHEETS: usize = 1_000;

/// A workbook, its cells apart.
pub(super) struct Workbook {
    /// Those that are shown, in order.
    pub(super) sheets: Vec<Sheet>,
    texts: Vec<String>,
    formats: Vec<Format>,
    /// Whether days are counted from 1904 instead of 1900.
    from_1904: bool,
}

/// A sheet, before it is read.
pub(super) struct Sheet {
    pub(super) name: String,
    part: String,
}

/// A row: its number as it is shown, and what its cells say.
pub(super) type Row = (u32, Vec<String>);

impl Workbook {
    pub(super) fn read(package: &mut Package<'_>) -> Result<Self, ParseFailure> {
        let main = package.main_part("xl/workbook.xml")?;
        let relations = package.relations(&main)?;
        let (listed, from_1904) = package
            .part(&main, read_list)?
            .ok_or_else(ParseFailure::unreadable_office)?;
        let sheets = listed.into_iter().filter_map(|(name, id)| {
            let to = relations.iter().find(|to| to.id == id)?;
            // Others hold charts.
            to.leads_to("worksheet").then(|| Sheet {
                name,
                part: to.target.clone(),
            })
        });
        let sheets = sheets.take(MOST_SHEETS).collect();
        let part = |kind: &str| relations.iter().find(|to| to.leads_to(kind));
        let texts = match part("sharedStrings") {
            Some(to) => package.part(&to.target, read_texts)?.unwrap_or_default(),
            None => Vec::new(),
        };
        let formats = match part("styles") {
            Some(to) => package.part(&to.target, read_formats)?.unwrap_or_default(),
            None => Vec::new(),
        };
        Ok(Self {
            sheets,
            texts,
            formats,
            from_1904,
        })
    }

    /// The rows of a sheet that say something; `left` is how many there may still be.
    pub(super) fn rows(
        &self,
        package: &mut Package<'_>,
        of: &Sheet,
        look: Look,
        left: &mut usize,
    ) -> Result<Vec<Row>, ParseFailure> {
        let rows = package.part(&of.part, |xml| sheet::read(xml, self, look, left))?;
        Ok(rows.unwrap_or_default())
    }

    /// A text that several cells share.
    pub(super) fn text(&self, number: &str) -> &str {
        let text = number.trim().parse().ok();
        text.and_then(|at: usize| self.texts.get(at))
            .map_or("", String::as_str)
    }

    /// How a number looks in a cell of that style.
    pub(super) fn number(&self, value: &str, style: usize, look: Look) -> String {
        let Ok(number) = value.trim().parse::<f64>() else {
            return value.to_owned();
        };
        match self.formats.get(style) {
            Some(format) => format.show(number, look, self.from_1904),
            None => Format::default().show(number, look, self.from_1904),
        }
    }
}

/// The names of the sheets that are shown with the ids of their parts, and how days are counted.
type List = (Vec<(String, String)>, bool);

fn read_list(mut xml: Xml<'_>) -> Result<List, ParseFailure> {
    let (mut sheets, mut from_1904) = (Vec::new(), false);
    while let Some(node) = xml.next()? {
        let Node::Open(element) = node else { continue };
        match element.name() {
            "workbookPr" => {
                from_1904 = matches!(element.attribute("date1904"), Some("1" | "true"));
            }
            "sheet" if matches!(element.attribute("state"), None | Some("visible")) => {
                let name = element.attribute("name").unwrap_or_default();
                let id = element.prefixed("id").unwrap_or_default();
                sheets.push((name.to_owned(), id.to_owned()));
            }
            _ => {}
        }
    }
    Ok((sheets, from_1904))
}

fn read_texts(mut xml: Xml<'_>) -> Result<Vec<String>, ParseFailure> {
    let (mut texts, mut length) = (Vec::new(), 0);
    while let Some(node) = xml.next()? {
        if let Node::Open(element) = node
            && element.is("si")
        {
            let text = rich_text(&mut xml)?;
            length += text.len();
            if length > MOST_TEXT_BYTES {
                return Err(ParseFailure::too_large());
            }
            texts.push(text);
        }
    }
    Ok(texts)
}

/// The text of the element that has just begun, without the hints on how to pronounce it.
pub(super) fn rich_text(xml: &mut Xml<'_>) -> Result<String, ParseFailure> {
    let (mut open, mut text) = (1_usize, String::new());
    while open > 0 {
        match xml.next()? {
            Some(Node::Open(element)) if element.is("t") => text.push_str(&xml.text()?),
            Some(Node::Open(element)) if element.is("rPh") => xml.skip()?,
            Some(Node::Open(_)) => open += 1,
            Some(Node::Close(_)) => open -= 1,
            Some(Node::Text(_)) => {}
            None => break,
        }
    }
    Ok(text)
}

fn read_formats(mut xml: Xml<'_>) -> Result<Vec<Format>, ParseFailure> {
    let mut codes: HashMap<u32, String> = HashMap::new();
    let (mut formats, mut in_cells) = (Vec::new(), false);
    while let Some(node) = xml.next()? {
        match node {
            Node::Open(element) => match element.name() {
                "numFmt" => {
                    if let Some(id) = element.number("numFmtId") {
                        let code = element.attribute("formatCode").unwrap_or_default();
                        codes.insert(id, code.to_owned());
                    }
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let id = element.number("numFmtId").unwrap_or(0);
                    formats.push(match codes.get(&id) {
                        Some(code) => Format::of_code(code),
                        None => Format::built_in(id),
                    });
                }
                _ => {}
            },
            Node::Close(name) if name == "cellXfs" => in_cells = false,
            Node::Close(_) | Node::Text(_) => {}
        }
    }
    Ok(formats)
}
