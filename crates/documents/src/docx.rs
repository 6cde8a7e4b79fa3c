//! Documents of Word and its like.

mod paragraph;
mod styles;

use std::collections::HashMap;

use super::office::{Node, Package, Xml};
use super::{MOST_ROWS, MOST_TEXT_BYTES, ParseFailure, rows};
use crate::markdown::{Writer, one_line};
use paragraph::Paragraph;
use styles::{Lists, Styles};

/// The text of a document as Markdown.
pub(super) fn text(bytes: &[u8]) -> Result<String, ParseFailure> {
    let mut package = Package::open(bytes)?;
    let main = package.main_part("word/document.xml")?;
    let styles = match package.related(&main, "styles")? {
        Some(part) => package.part(&part, Styles::read)?.unwrap_or_default(),
        None => Styles::default(),
    };
    let lists = match package.related(&main, "numbering")? {
        Some(part) => package.part(&part, Lists::read)?.unwrap_or_default(),
        None => Lists::default(),
    };
    let mut notes = HashMap::new();
    for kind in ["footnote", "endnote"] {
        if let Some(part) = package.related(&main, &format!("{kind}s"))? {
            let read = package.part(&part, |xml| read_notes(xml, kind))?;
            notes.extend(read.unwrap_or_default());
        }
    }
    let body = |xml: Xml<'_>| {
        let mut body = Body::new(xml, &styles, lists, &notes);
        body.read()?;
        Ok(body.out.finish())
    };
    package
        .part(&main, body)?
        .ok_or_else(ParseFailure::unreadable_office)
}

/// What the notes of a kind say, by kind and number.
type Notes = HashMap<(&'static str, String), String>;

fn read_notes(mut xml: Xml<'_>, kind: &'static str) -> Result<Notes, ParseFailure> {
    let mut notes = Notes::new();
    let mut length = 0;
    while let Some(node) = xml.next()? {
        let Node::Open(element) = node else { continue };
        // Those with a type draw the line above the notes.
        if !element.is(kind) || element.attribute("type").is_some() {
            continue;
        }
        let id = element.attribute("id").unwrap_or_default().to_owned();
        let text = note_text(&mut xml)?;
        length += text.len();
        if length > MOST_TEXT_BYTES {
            return Err(ParseFailure::too_large());
        }
        notes.insert((kind, id), text);
    }
    Ok(notes)
}

fn note_text(xml: &mut Xml<'_>) -> Result<String, ParseFailure> {
    let (mut open, mut text) = (1_usize, String::new());
    while open > 0 {
        match xml.next()? {
            Some(Node::Open(element)) if element.is("t") => text.push_str(&xml.text()?),
            Some(Node::Open(element)) => {
                open += 1;
                if element.is("p") || element.is("tab") || element.is("br") {
                    text.push(' ');
                }
            }
            Some(Node::Close(_)) => open -= 1,
            Some(Node::Text(_)) => {}
            None => break,
        }
    }
    Ok(one_line(&text))
}

/// A table that is open.
#[derive(Default)]
struct Table {
    rows: Vec<Vec<String>>,
    row: Vec<String>,
    cell: String,
    /// Columns that the present cell spans.
    span: usize,
}

/// The most columns that one cell can span.
const WIDEST_CELL: usize = 50;

struct Body<'a, 'x> {
    xml: Xml<'x>,
    styles: &'a Styles,
    lists: Lists,
    notes: &'a Notes,
    out: Writer,
    tables: Vec<Table>,
    /// Paragraphs that are open: one in a text box lies in the one that holds the box.
    paragraphs: Vec<Paragraph>,
}

impl<'a, 'x> Body<'a, 'x> {
    fn new(xml: Xml<'x>, styles: &'a Styles, lists: Lists, notes: &'a Notes) -> Self {
        Self {
            xml,
            styles,
            lists,
            notes,
            out: Writer::default(),
            tables: Vec::new(),
            paragraphs: Vec::new(),
        }
    }

    fn read(&mut self) -> Result<(), ParseFailure> {
        while let Some(node) = self.xml.next()? {
            match node {
                Node::Open(element) => match element.name() {
                    // The same again for old programs, and what was moved away.
                    "Fallback" | "moveFrom" | "del" => self.xml.skip()?,
                    "p" => self.paragraphs.push(Paragraph::default()),
                    "tbl" => self.tables.push(Table::default()),
                    "tc" => {
                        if let Some(table) = self.tables.last_mut() {
                            table.span = 1;
                        }
                    }
                    "gridSpan" => {
                        if let Some(table) = self.tables.last_mut() {
                            table.span = element.number("val").unwrap_or(1);
                        }
                    }
                    "t" => {
                        let text = self.xml.text()?;
                        self.push(&text);
                    }
                    "tab" | "ptab" => self.push("\t"),
                    "br" | "cr" => self.push("\n"),
                    "noBreakHyphen" => self.push("-"),
                    "footnoteReference" => self.push_note("footnote", element.attribute("id")),
                    "endnoteReference" => self.push_note("endnote", element.attribute("id")),
                    "pPr" => {
                        let properties = paragraph::properties(&mut self.xml)?;
                        if let Some(paragraph) = self.paragraphs.last_mut() {
                            paragraph.properties = properties;
                        }
                    }
                    // Text that is hidden in the document stays hidden.
                    "rPr" if paragraph::is_hidden(&mut self.xml)? => self.xml.skip()?,
                    _ => {}
                },
                Node::Close(name) => self.close(&name)?,
                Node::Text(_) => {}
            }
            if self.out.len() > MOST_TEXT_BYTES {
                return Err(ParseFailure::too_large());
            }
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), ParseFailure> {
        match name {
            "p" => {
                if let Some(paragraph) = self.paragraphs.pop() {
                    self.end_paragraph(&paragraph);
                }
            }
            "tc" => {
                if let Some(table) = self.tables.last_mut() {
                    let cell = std::mem::take(&mut table.cell);
                    table.row.push(one_line(&cell));
                    let width = table.row.len() + table.span.clamp(1, WIDEST_CELL) - 1;
                    table.row.resize(width, String::new());
                }
            }
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    let row = std::mem::take(&mut table.row);
                    table.rows.push(row);
                    if table.rows.len() > MOST_ROWS {
                        return Err(ParseFailure::too_many_rows());
                    }
                }
            }
            "tbl" => {
                if let Some(table) = self.tables.pop() {
                    let text = rows::as_table(table.rows)?;
                    match self.tables.last_mut() {
                        Some(around) => around.cell.push_str(&text),
                        None => self.out.block(&text),
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn push_note(&mut self, kind: &'static str, id: Option<&str>) {
        let key = (kind, id.unwrap_or_default().to_owned());
        if let Some(note) = self.notes.get(&key).filter(|note| !note.is_empty()) {
            let note = format!(" ({note})");
            self.push(&note);
        }
    }

    fn end_paragraph(&mut self, paragraph: &Paragraph) {
        if let Some(table) = self.tables.last_mut() {
            table.cell.push_str(&paragraph.text);
            table.cell.push('\n');
            return;
        }
        let properties = &paragraph.properties;
        let style = properties.style.as_deref().unwrap_or_default();
        let level = properties.outline.or_else(|| self.styles.level(style));
        let list = properties.list.clone().or_else(|| self.styles.list(style));
        match (level, list) {
            (Some(level), _) => self.out.heading(level, &paragraph.text),
            (None, Some((list, depth))) if !one_line(&paragraph.text).is_empty() => {
                let mark = self.lists.next_mark(&list, depth);
                self.out.item(depth, &mark, &paragraph.text);
            }
            (None, _) => self.out.paragraph(&paragraph.text),
        }
    }
}
