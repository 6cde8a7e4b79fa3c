//! From a file to pieces of text: what kind it is, is read from its bytes, not from its name
//! ([`parse`]), and its text is cut into pieces that are about one thing each ([`chunk::chunk`]).
//!
//! Everything here computes and blocks; call it from `spawn_blocking`.

mod bidi;
pub mod chunk;
mod pdf;
mod pdf_guard;
mod plain;
mod reading_order;

/// The most pages of a PDF that are read.
pub const MOST_PAGES: usize = 2_000;
/// The most bytes of text that one document may have.
pub const MOST_TEXT_BYTES: usize = 20 * 1_024 * 1_024;
/// How far into the file a PDF may begin: some carry a mail header before it.
const PDF_MARK_WITHIN: usize = 1_024;

/// What kind of file it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// PDF.
    Pdf,
}

/// A piece of a document that stands on one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The page, from 1, where the source has pages.
    pub page: Option<u32>,
    /// Its text, as it was written.
    pub text: String,
}

/// A document as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedDocument {
    /// What kind of file it was.
    pub kind: SourceKind,
    /// Its text, in order; never without a word.
    pub sections: Vec<Section>,
}

/// Why a file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseFailure {
    /// For programs.
    pub code: &'static str,
    /// For people: what is wrong and what to do.
    pub message: String,
}

impl ParseFailure {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    fn empty_document() -> Self {
        Self::new(
            "empty_document",
            "the file has no text; add some and upload it again",
        )
    }

    fn unsupported_format(what: &str) -> Self {
        Self::new(
            "unsupported_format",
            format!("{what}; save it as PDF, Markdown or text in UTF-8 and upload that"),
        )
    }

    fn unreadable_pdf() -> Self {
        Self::new(
            "unreadable_pdf",
            "the PDF is damaged; open it, save it as PDF again and upload that",
        )
    }

    fn encrypted_pdf() -> Self {
        Self::new(
            "encrypted_pdf",
            "the PDF needs a password; save it without one and upload it again",
        )
    }

    fn too_many_pages(pages: usize) -> Self {
        Self::new(
            "too_many_pages",
            format!("the PDF has {pages} pages, more than {MOST_PAGES}; split it into parts"),
        )
    }

    fn too_large() -> Self {
        Self::new(
            "too_large",
            "the document has more than 20 MB of text; split it into parts",
        )
    }

    fn no_text_in_pdf() -> Self {
        Self::new(
            "no_text_in_pdf",
            "the PDF has pictures of text but no text; run text recognition (OCR) on it and upload \
             the result",
        )
    }
}

/// Takes the text out of a file.
pub fn parse(bytes: &[u8], file_name: Option<&str>) -> Result<ParsedDocument, ParseFailure> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ParseFailure::empty_document());
    }
    let (kind, sections) = if let Some(pdf) = from_pdf_mark(bytes) {
        (SourceKind::Pdf, pdf::sections(pdf)?)
    } else {
        let kind = match file_name {
            Some(name) if plain::is_markdown(name) => SourceKind::Markdown,
            _ => SourceKind::Text,
        };
        let text = plain::decode(bytes)?;
        (kind, vec![Section { page: None, text }])
    };
    Ok(ParsedDocument { kind, sections })
}

/// The bytes from `%PDF-` on, where a PDF begins.
fn from_pdf_mark(bytes: &[u8]) -> Option<&[u8]> {
    const MARK: &[u8] = b"%PDF-";
    let head = bytes.get(..PDF_MARK_WITHIN).unwrap_or(bytes);
    let at = head.windows(MARK.len()).position(|window| window == MARK)?;
    bytes.get(at..)
}

/// Whether there is anything in a text to search for.
fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}
