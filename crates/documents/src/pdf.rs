//! Text of PDF files, page by page.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Document, MediaBox, OutputDev, OutputError, Transform};

use super::pdf_guard;
use super::reading_order::{Glyph, page_text};
use super::{MOST_PAGES, MOST_TEXT_BYTES, ParseFailure, Section, has_words};

/// Glyphs that one page may have; a full page of small print has some 10,000.
const MOST_GLYPHS: usize = 1_000_000;

/// The pages that have text.
pub(super) fn sections(bytes: &[u8]) -> Result<Vec<Section>, ParseFailure> {
    let mut document = load(bytes)?;
    let pages = document.get_pages();
    if pages.is_empty() {
        return Err(ParseFailure::unreadable_pdf());
    }
    if pages.len() > MOST_PAGES {
        return Err(ParseFailure::too_many_pages(pages.len()));
    }
    let (mut sections, mut read, mut length) = (Vec::new(), 0_usize, 0_usize);
    let tree = (document.max_id.saturating_add(1), 0);
    for (page, id) in pages {
        pdf_guard::show_only(&mut document, id, tree);
        let Some(text) = text_of(&document) else {
            tracing::warn!(page, "a page of a PDF cannot be read and is left out");
            continue;
        };
        read += 1;
        length += text.len();
        if length > MOST_TEXT_BYTES {
            return Err(ParseFailure::too_large());
        }
        if has_words(&text) {
            sections.push(Section {
                page: Some(page),
                text,
            });
        }
    }
    match (sections.is_empty(), read) {
        (false, _) => Ok(sections),
        (true, 0) => Err(ParseFailure::unreadable_pdf()),
        (true, _) => Err(ParseFailure::no_text_in_pdf()),
    }
}

fn load(bytes: &[u8]) -> Result<Document, ParseFailure> {
    let loaded = without_panic(|| {
        let mut document = Document::load_mem(bytes)?;
        // With an empty password it is decrypted while it is loaded.
        if document.is_encrypted() && !document.was_encrypted() {
            document.decrypt("")?;
        }
        let harmless = pdf_guard::disarm(&mut document);
        Ok(harmless.then_some(document))
    });
    match loaded {
        Some(Ok(Some(document))) => Ok(document),
        Some(Err(
            pdf_extract::Error::Decryption(_)
            | pdf_extract::Error::InvalidPassword
            | pdf_extract::Error::UnsupportedSecurityHandler(_),
        )) => Err(ParseFailure::encrypted_pdf()),
        Some(Ok(None) | Err(_)) | None => Err(ParseFailure::unreadable_pdf()),
    }
}

/// The text of the only page that is shown; nothing when it is broken.
fn text_of(document: &Document) -> Option<String> {
    let mut glyphs = Glyphs::default();
    let read = without_panic(|| pdf_extract::output_doc_page(document, &mut glyphs, 1));
    // What came before the broken place is worth having.
    if !matches!(read, Some(Ok(()))) && glyphs.found.is_empty() {
        return None;
    }
    Some(page_text(glyphs.found))
}

/// The library panics on much of what is wrong in a file. It leaves nothing behind: it is given
/// its input and what it returns is dropped.
fn without_panic<T>(read: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).ok()
}

/// Collects the glyphs of a page with their places.
#[derive(Default)]
struct Glyphs {
    found: Vec<Glyph>,
}

impl OutputDev for Glyphs {
    fn begin_page(
        &mut self,
        _page: u32,
        _media_box: &MediaBox,
        _art_box: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        transform: &Transform,
        width: f64,
        _spacing: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        if self.found.len() >= MOST_GLYPHS {
            return Err(OutputError::FormatError(std::fmt::Error));
        }
        let area = transform.m11 * transform.m22 - transform.m12 * transform.m21;
        let height = area.abs().sqrt() * font_size.abs();
        let glyph = Glyph {
            x: transform.m31,
            y: transform.m32,
            width: width * height,
            height,
            text: text.to_owned(),
        };
        if glyph.is_placed() {
            self.found.push(glyph);
        }
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}
