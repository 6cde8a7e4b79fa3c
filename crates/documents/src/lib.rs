//! From a file to pieces of text: what kind it is, is read from its bytes, not from its name
//! ([`parse`]), and its text is cut into pieces that are about one thing each ([`chunk::chunk`]).
//!
//! Everything here computes and blocks. Files of strangers are parsed in a process of their own
//! ([`sandbox::Parser`]), because some of them are made to exhaust whoever reads them.

mod bidi;
pub mod chunk;
mod detect;
mod docx;
mod encoding;
mod failure;
pub mod html;
mod markdown;
mod office;
mod pdf;
mod pdf_guard;
mod pptx;
mod reading_order;
mod rows;
pub mod sandbox;
mod separated;
pub mod table;
mod xlsx;

use serde::{Deserialize, Serialize};

pub use detect::detect;
pub use failure::{ParseFailure, TAKEN};

/// The most pages of a PDF, or slides of a presentation, that are read.
pub const MOST_PAGES: usize = 2_000;
/// The most bytes of text that one document may have.
pub const MOST_TEXT_BYTES: usize = 20 * 1_024 * 1_024;
/// The most rows of a table that are read, all sheets of a workbook together.
pub const MOST_ROWS: usize = 100_000;

/// What kind of file it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// PDF.
    Pdf,
    /// A document of Word and its like.
    Docx,
    /// A presentation, as most programs write it.
    Pptx,
    /// A workbook of Excel and its like.
    Xlsx,
    /// A table as text, whatever its separator.
    Csv,
    /// A web page.
    Html,
}

impl SourceKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Text,
        Self::Markdown,
        Self::Pdf,
        Self::Docx,
        Self::Pptx,
        Self::Xlsx,
        Self::Csv,
        Self::Html,
    ];

    /// Its name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Pptx => "pptx",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Html => "html",
        }
    }
}

/// A piece of a document that stands on one page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The page or slide, from 1, where the source has any.
    pub page: Option<u32>,
    /// Its text: as it was written in text and PDF, as Markdown in everything else.
    pub text: String,
}

/// A document as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParsedDocument {
    /// What kind of file it was.
    pub kind: SourceKind,
    /// Its text, in order; never without a word.
    pub sections: Vec<Section>,
}

/// Takes the text out of a file.
pub fn parse(bytes: &[u8], file_name: Option<&str>) -> Result<ParsedDocument, ParseFailure> {
    let kind = detect(bytes, file_name)?;
    let sections = match kind {
        SourceKind::Pdf => pdf::sections(detect::from_pdf_mark(bytes).unwrap_or(bytes))?,
        SourceKind::Docx => whole(docx::text(bytes)?),
        SourceKind::Pptx => pptx::sections(bytes)?,
        SourceKind::Xlsx => xlsx::sections(bytes)?,
        SourceKind::Csv => whole(separated::text(bytes)?),
        SourceKind::Html => whole(html::page(bytes, None, None)?.markdown),
        SourceKind::Text | SourceKind::Markdown => whole(encoding::decode(bytes)?),
    };
    let length: usize = sections.iter().map(|section| section.text.len()).sum();
    if length > MOST_TEXT_BYTES {
        return Err(ParseFailure::too_large());
    }
    if !sections.iter().any(|section| has_words(&section.text)) {
        return Err(ParseFailure::empty_document());
    }
    Ok(ParsedDocument { kind, sections })
}

fn whole(text: String) -> Vec<Section> {
    vec![Section { page: None, text }]
}

/// Whether there is anything in a text to search for.
fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}
