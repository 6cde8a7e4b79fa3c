//! Why a file cannot be used, in words that say what to do.

use crate::{MOST_PAGES, MOST_ROWS};

/// Why a file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseFailure {
    /// For programs.
    pub code: &'static str,
    /// For people: what is wrong and what to do.
    pub message: String,
}

/// The files that are taken, as people call them.
pub const TAKEN: &str = "PDF, Word (DOCX), PowerPoint (PPTX), Excel (XLSX), CSV, HTML, Markdown \
                         and plain text are taken";

/// Every code, so that one which comes from another process can be told.
const CODES: [&str; 20] = [
    "empty_document",
    "unsupported_format",
    "unreadable_pdf",
    "encrypted_pdf",
    "no_text_in_pdf",
    "unreadable_office",
    "encrypted_office",
    "unreadable_table",
    "not_a_table",
    "unsafe_xml",
    "expands_too_much",
    "too_many_parts",
    "too_deeply_nested",
    "too_many_pages",
    "too_many_rows",
    "too_large",
    "too_complex",
    "took_too_long",
    "too_much_memory",
    "parser_crashed",
];

/// The code of that name.
pub(crate) fn known_code(code: &str) -> Option<&'static str> {
    CODES.into_iter().find(|known| *known == code)
}

impl ParseFailure {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(crate) fn empty_document() -> Self {
        Self::new(
            "empty_document",
            "the file has no text; add some and upload it again",
        )
    }

    /// `what` says what the file is, and what to do with it.
    pub(crate) fn unsupported_format(what: &str) -> Self {
        Self::new("unsupported_format", format!("{what}; {TAKEN}"))
    }

    pub(crate) fn unreadable_pdf() -> Self {
        Self::new(
            "unreadable_pdf",
            "the PDF is damaged; open it, save it as PDF again and upload that",
        )
    }

    pub(crate) fn encrypted_pdf() -> Self {
        Self::new(
            "encrypted_pdf",
            "the PDF needs a password; save it without one and upload it again",
        )
    }

    pub(crate) fn no_text_in_pdf() -> Self {
        Self::new(
            "no_text_in_pdf",
            "the PDF has pictures of text but no text; run text recognition (OCR) on it and upload \
             the result",
        )
    }

    pub(crate) fn unreadable_office() -> Self {
        Self::new(
            "unreadable_office",
            "the Office file is damaged; open it, save it again and upload that",
        )
    }

    pub(crate) fn encrypted_office() -> Self {
        Self::new(
            "encrypted_office",
            "the Office file needs a password; save it without one and upload it again",
        )
    }

    pub(crate) fn unreadable_table() -> Self {
        Self::new(
            "unreadable_table",
            "the table cannot be read; save it as CSV in UTF-8 or as XLSX again and upload that",
        )
    }

    pub(crate) fn not_a_table() -> Self {
        Self::new(
            "not_a_table",
            "the file is not a table; save it as CSV or XLSX and upload that",
        )
    }

    pub(crate) fn unsafe_xml() -> Self {
        Self::new(
            "unsafe_xml",
            "the file declares XML entities, which no Office program does; open it, save it again \
             and upload that",
        )
    }

    pub(crate) fn expands_too_much() -> Self {
        Self::new(
            "expands_too_much",
            "the file unpacks to far more than its size; remove what it embeds, save it again and \
             upload that",
        )
    }

    pub(crate) fn too_many_parts() -> Self {
        Self::new(
            "too_many_parts",
            "the file is packed from too many parts; save it again without embedded files, or \
             split it, and upload that",
        )
    }

    pub(crate) fn too_deeply_nested() -> Self {
        Self::new(
            "too_deeply_nested",
            "the file is nested too deeply; save it again in a simpler form and upload that",
        )
    }

    pub(crate) fn too_many_pages(pages: usize) -> Self {
        Self::new(
            "too_many_pages",
            format!("the file has {pages} pages, more than {MOST_PAGES}; split it into parts"),
        )
    }

    pub(crate) fn too_many_rows() -> Self {
        Self::new(
            "too_many_rows",
            format!("the table has more than {MOST_ROWS} rows; split it into parts"),
        )
    }

    pub(crate) fn too_large() -> Self {
        Self::new(
            "too_large",
            "the document has more than 20 MB of text; split it into parts",
        )
    }

    pub(crate) fn too_complex() -> Self {
        Self::new(
            "too_complex",
            "the page is too complex to be read; save it in a simpler form, or as PDF, and upload \
             that",
        )
    }

    pub(crate) fn took_too_long() -> Self {
        Self::new(
            "took_too_long",
            "reading the file takes too long; split it into parts, or save it in a simpler form, \
             and upload that",
        )
    }

    pub(crate) fn too_much_memory() -> Self {
        Self::new(
            "too_much_memory",
            "reading the file takes too much memory; split it into parts, or save it in a simpler \
             form, and upload that",
        )
    }

    pub(crate) fn parser_crashed() -> Self {
        Self::new(
            "parser_crashed",
            "the file is so unusual that it cannot be read; open it, save it again or in another \
             format, and upload that",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_known() {
        let all = [
            ParseFailure::empty_document(),
            ParseFailure::unsupported_format("a picture"),
            ParseFailure::unreadable_pdf(),
            ParseFailure::encrypted_pdf(),
            ParseFailure::no_text_in_pdf(),
            ParseFailure::unreadable_office(),
            ParseFailure::encrypted_office(),
            ParseFailure::unreadable_table(),
            ParseFailure::not_a_table(),
            ParseFailure::unsafe_xml(),
            ParseFailure::expands_too_much(),
            ParseFailure::too_many_parts(),
            ParseFailure::too_deeply_nested(),
            ParseFailure::too_many_pages(2_001),
            ParseFailure::too_many_rows(),
            ParseFailure::too_large(),
            ParseFailure::too_complex(),
            ParseFailure::took_too_long(),
            ParseFailure::too_much_memory(),
            ParseFailure::parser_crashed(),
        ];
        let codes: Vec<_> = all.iter().map(|failure| failure.code).collect();
        assert_eq!(codes, CODES);
        assert_eq!(known_code("unsafe_xml"), Some("unsafe_xml"));
        assert_eq!(known_code("anything"), None);
    }
}
