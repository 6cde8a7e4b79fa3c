//! Presentations, of the form that most programs write.

use super::office::{Element, Node, Package, Xml};
use super::{MOST_PAGES, MOST_ROWS, MOST_TEXT_BYTES, ParseFailure, Section, has_words, rows};
use crate::markdown::{Writer, one_line};

/// Characters of a line that may serve as the title of a slide.
const LONGEST_TITLE: usize = 80;

/// The slides that have text, each with its notes.
pub(super) fn sections(bytes: &[u8]) -> Result<Vec<Section>, ParseFailure> {
    let mut package = Package::open(bytes)?;
    let main = package.main_part("ppt/presentation.xml")?;
    let order = package
        .part(&main, slide_order)?
        .ok_or_else(ParseFailure::unreadable_office)?;
    if order.len() > MOST_PAGES {
        return Err(ParseFailure::too_many_pages(order.len()));
    }
    let relations = package.relations(&main)?;
    let (mut sections, mut length) = (Vec::new(), 0);
    for (page, id) in (1..).zip(order) {
        let Some(slide) = relations.iter().find(|to| to.id == id) else {
            continue;
        };
        let Some(Some(mut text)) = package.part(&slide.target, read_slide)? else {
            continue;
        };
        if let Some(notes) = package.related(&slide.target, "notesSlide")?
            && let Some(notes) = package.part(&notes, read_notes)?
        {
            text.push_str(&notes);
        }
        length += text.len();
        if length > MOST_TEXT_BYTES {
            return Err(ParseFailure::too_large());
        }
        if has_words(&text) {
            let page = Some(page);
            sections.push(Section { page, text });
        }
    }
    Ok(sections)
}

/// The ids of the slides, as they are shown.
fn slide_order(mut xml: Xml<'_>) -> Result<Vec<String>, ParseFailure> {
    let mut order = Vec::new();
    while let Some(node) = xml.next()? {
        if let Node::Open(element) = node
            && element.is("sldId")
            && let Some(id) = element.prefixed("id")
        {
            order.push(id.to_owned());
        }
    }
    Ok(order)
}

/// The text of a slide; nothing when it is hidden.
fn read_slide(xml: Xml<'_>) -> Result<Option<String>, ParseFailure> {
    let mut slide = Slide::new(xml);
    slide.read()?;
    if slide.is_hidden {
        return Ok(None);
    }
    let body = slide.body.finish();
    let mut out = Writer::default();
    let is_titled = has_words(&slide.title);
    if is_titled || body.trim().is_empty() {
        out.heading(1, &slide.title);
        out.paragraph(&slide.first_line);
    } else {
        out.heading(1, &slide.first_line);
    }
    out.block(&body);
    Ok(Some(out.finish()))
}

/// What the speaker says to a slide.
fn read_notes(xml: Xml<'_>) -> Result<String, ParseFailure> {
    let mut notes = Slide::new(xml);
    notes.read()?;
    let mut text = String::from("\n");
    if has_words(&notes.first_line) {
        text.push_str(&one_line(&notes.first_line));
        text.push_str("\n\n");
    }
    text.push_str(&notes.body.finish());
    Ok(if has_words(&text) {
        text
    } else {
        String::new()
    })
}

/// What a shape is for.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Role {
    /// A text box, or a shape with text.
    #[default]
    Free,
    Title,
    /// The place for the points of a slide.
    Body,
    /// Its number, its date and the like, the same on every slide.
    Margin,
}

impl Role {
    fn of_placeholder(element: &Element) -> Self {
        match element.attribute("type") {
            Some("title" | "ctrTitle") => Self::Title,
            Some("sldNum" | "dt" | "ftr" | "hdr" | "sldImg") => Self::Margin,
            Some(_) | None => Self::Body,
        }
    }
}

/// A paragraph that is open.
#[derive(Default)]
struct Paragraph {
    text: String,
    depth: usize,
    /// What stands before it, where the slide says so.
    mark: Option<&'static str>,
}

struct Slide<'x> {
    xml: Xml<'x>,
    title: String,
    /// A short line before everything else, outside the places for titles and points: on a slide
    /// without a title it serves as one.
    first_line: String,
    body: Writer,
    role: Role,
    paragraph: Paragraph,
    /// The table that is open, and its last row.
    table: Option<(Vec<Vec<String>>, Vec<String>)>,
    cell: String,
    is_hidden: bool,
}

impl<'x> Slide<'x> {
    fn new(xml: Xml<'x>) -> Self {
        Self {
            xml,
            title: String::new(),
            first_line: String::new(),
            body: Writer::default(),
            role: Role::Free,
            paragraph: Paragraph::default(),
            table: None,
            cell: String::new(),
            is_hidden: false,
        }
    }

    fn read(&mut self) -> Result<(), ParseFailure> {
        while let Some(node) = self.xml.next()? {
            match node {
                Node::Open(element) => self.open(&element)?,
                Node::Close(name) => self.close(&name)?,
                Node::Text(_) => {}
            }
            if self.body.len() + self.title.len() > MOST_TEXT_BYTES {
                return Err(ParseFailure::too_large());
            }
        }
        Ok(())
    }

    fn open(&mut self, element: &Element) -> Result<(), ParseFailure> {
        match element.name() {
            "sld" => self.is_hidden = matches!(element.attribute("show"), Some("0" | "false")),
            "Fallback" => self.xml.skip()?,
            "sp" | "graphicFrame" => self.role = Role::Free,
            "ph" => self.role = Role::of_placeholder(element),
            "tbl" => self.table = Some(Default::default()),
            "p" => self.paragraph = Paragraph::default(),
            "pPr" => self.paragraph.depth = element.number("lvl").unwrap_or(0),
            "buNone" => self.paragraph.mark = None,
            "buChar" | "buBlip" => self.paragraph.mark = Some("-"),
            "buAutoNum" => self.paragraph.mark = Some("1."),
            "t" => {
                let text = self.xml.text()?;
                self.paragraph.text.push_str(&text);
            }
            "br" => self.paragraph.text.push('\n'),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), ParseFailure> {
        match (name, self.table.as_mut()) {
            ("p", Some(_)) => {
                self.cell
                    .push_str(&std::mem::take(&mut self.paragraph).text);
                self.cell.push('\n');
            }
            ("p", None) => self.end_paragraph(),
            ("tc", Some((_, row))) => row.push(one_line(&std::mem::take(&mut self.cell))),
            ("tr", Some((rows, row))) => {
                rows.push(std::mem::take(row));
                if rows.len() > MOST_ROWS {
                    return Err(ParseFailure::too_many_rows());
                }
            }
            ("tbl", Some(_)) => {
                let (rows, _) = self.table.take().unwrap_or_default();
                self.body.block(&rows::as_table(rows)?);
            }
            _ => {}
        }
        Ok(())
    }

    fn serves_as_title(&self, text: &str) -> bool {
        self.body.len() == 0
            && self.first_line.is_empty()
            && has_words(text)
            && text.chars().count() <= LONGEST_TITLE
    }

    fn end_paragraph(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        match (self.role, paragraph.mark) {
            (Role::Margin, _) => {}
            (Role::Title, _) => {
                self.title.push_str(&paragraph.text);
                self.title.push(' ');
            }
            (Role::Free, None) if self.serves_as_title(&paragraph.text) => {
                self.first_line = paragraph.text;
            }
            (Role::Free | Role::Body, Some(mark)) => {
                self.body.item(paragraph.depth, mark, &paragraph.text);
            }
            (Role::Body, None) if paragraph.depth > 0 => {
                self.body.item(paragraph.depth, "-", &paragraph.text);
            }
            (Role::Free | Role::Body, None) => self.body.paragraph(&paragraph.text),
        }
    }
}
