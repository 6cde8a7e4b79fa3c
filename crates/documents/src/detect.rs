//! What kind of file it is, read from its bytes. The name only decides between kinds of text.

use std::path::Path;

use super::{ParseFailure, SourceKind};
use crate::office::part_names;
use crate::separated;

/// How far into the file a PDF may begin: some carry a mail header before it.
const PDF_MARK_WITHIN: usize = 1_024;
/// How much of a text is looked at.
const LOOKED_AT: usize = 8 * 1_024;

/// Beginnings of files that people upload and that are no text, with what to say of them.
const KNOWN_FORMATS: [(&[u8], &str); 17] = [
    (b"\x89PNG", PICTURE),
    (b"\xFF\xD8\xFF", PICTURE),
    (b"GIF8", PICTURE),
    (b"BM", PICTURE),
    (b"II*\0", PICTURE),
    (b"MM\0*", PICTURE),
    (b"RIFF", MEDIA),
    (b"ID3", MEDIA),
    (b"OggS", MEDIA),
    (b"\x1A\x45\xDF\xA3", MEDIA),
    (b"{\\rtf", "this is a rich text file, so save it as DOCX"),
    (b"\x1F\x8B", ARCHIVE),
    (b"7z\xBC\xAF\x27\x1C", ARCHIVE),
    (b"Rar!", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\x7FELF", PROGRAM),
    (b"MZ", PROGRAM),
];
const PICTURE: &str = "this is a picture, so run text recognition (OCR) on it and save it as PDF";
const MEDIA: &str = "this is a sound, a film or a picture, so write down what it says";
const ARCHIVE: &str = "this is a packed file, so unpack it and upload its files";
const PROGRAM: &str = "this is a program";
const OPEN_DOCUMENT: &str = "this is an OpenDocument file, so save it as DOCX, PPTX, XLSX or PDF";

/// What kind of file it is. Looks at its beginning, and of packed files at their table of contents;
/// whether all of it can be read, only [`crate::parse`] tells.
pub fn detect(bytes: &[u8], file_name: Option<&str>) -> Result<SourceKind, ParseFailure> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ParseFailure::empty_document());
    }
    if from_pdf_mark(bytes).is_some() {
        return Ok(SourceKind::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return office_kind(bytes);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Err(compound_file(bytes));
    }
    let head = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let is_utf_16 = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
    let has_nul = !is_utf_16 && head.contains(&0);
    for (start, what) in KNOWN_FORMATS {
        // Letters may begin a text as well.
        let is_word = start.iter().all(u8::is_ascii_alphanumeric);
        if head.starts_with(start) && (has_nul || !is_word) {
            return Err(ParseFailure::unsupported_format(what));
        }
    }
    if has_nul {
        let what = "this is not a text, so save it in one of the formats below";
        return Err(ParseFailure::unsupported_format(what));
    }
    Ok(text_kind(head, bytes.len() > head.len(), file_name))
}

/// The bytes from `%PDF-` on, where a PDF begins: with the file, or with a line near its start.
pub(super) fn from_pdf_mark(bytes: &[u8]) -> Option<&[u8]> {
    const MARK: &[u8] = b"%PDF-";
    let head = bytes.get(..PDF_MARK_WITHIN).unwrap_or(bytes);
    let mut marks = head
        .windows(MARK.len())
        .enumerate()
        .filter(|(_, window)| *window == MARK);
    let (at, _) = marks.find(|(at, _)| {
        let before = at.checked_sub(1).and_then(|before| head.get(before));
        let after = bytes.get(at + MARK.len());
        // A text that speaks of PDF does not begin a line with such a mark.
        before.is_none_or(|byte| !byte.is_ascii() || matches!(byte, b'\n' | b'\r'))
            && after.is_some_and(u8::is_ascii_digit)
    })?;
    bytes.get(at..)
}

/// Which of the Office formats, all of them zip files, it is.
fn office_kind(bytes: &[u8]) -> Result<SourceKind, ParseFailure> {
    let names = part_names(bytes)?;
    let has = |start: &[u8]| names.iter().any(|name| name.starts_with(start));
    if has(b"[Content_Types].xml") {
        if has(b"xl/workbook.bin") {
            let what = "this is a binary workbook (XLSB), so save it as XLSX";
            return Err(ParseFailure::unsupported_format(what));
        }
        for (folder, kind) in [
            (&b"word/"[..], SourceKind::Docx),
            (b"ppt/", SourceKind::Pptx),
            (b"xl/", SourceKind::Xlsx),
        ] {
            if has(folder) {
                return Ok(kind);
            }
        }
    }
    let what = if has(b"mimetype") && has(b"content.xml") {
        OPEN_DOCUMENT
    } else {
        ARCHIVE
    };
    Err(ParseFailure::unsupported_format(what))
}

/// A compound file: of an old Office program, or a new document behind a password.
fn compound_file(bytes: &[u8]) -> ParseFailure {
    const MARK: &str = "EncryptedPackage";
    let mark: Vec<u8> = MARK.encode_utf16().flat_map(u16::to_le_bytes).collect();
    if bytes.windows(mark.len()).any(|window| window == mark) {
        return ParseFailure::encrypted_office();
    }
    ParseFailure::unsupported_format(
        "this is a file of an old Office program (DOC, XLS or PPT), so save it as DOCX, XLSX or PPTX",
    )
}

/// Which kind of text it is.
fn text_kind(head: &[u8], is_cut: bool, file_name: Option<&str>) -> SourceKind {
    let ending = file_name.and_then(|name| Path::new(name).extension()?.to_str());
    let ending = ending.unwrap_or_default().to_ascii_lowercase();
    let head = readable(head);
    if is_page(&head) {
        return SourceKind::Html;
    }
    match ending.as_str() {
        "md" | "markdown" => SourceKind::Markdown,
        "htm" | "html" | "xhtml" if has_tag(&head) => SourceKind::Html,
        "csv" | "tsv" => SourceKind::Csv,
        _ if separated::is_table(&head, is_cut) => SourceKind::Csv,
        _ => SourceKind::Text,
    }
}

/// The beginning of a text, well enough to see its marks.
fn readable(head: &[u8]) -> String {
    let encoding =
        encoding_rs::Encoding::for_bom(head).map_or(encoding_rs::UTF_8, |(encoding, _)| encoding);
    encoding.decode(head).0.into_owned()
}

/// Whether it begins as web pages do.
fn is_page(head: &str) -> bool {
    let mut rest = head.trim_start();
    // What may come before a page: declarations and comments.
    for _ in 0..8 {
        let end = match rest {
            _ if rest.starts_with("<!--") => rest.split_once("-->"),
            _ if rest.starts_with("<?xml") => rest.split_once("?>"),
            _ => None,
        };
        match end {
            Some((_, after)) => rest = after.trim_start(),
            None => break,
        }
    }
    [
        "<!doctype html",
        "<html",
        "<head>",
        "<head ",
        "<body>",
        "<body ",
    ]
    .iter()
    .any(|start| {
        rest.get(..start.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(start))
    })
}

fn has_tag(head: &str) -> bool {
    head.split('<').skip(1).any(|rest| {
        rest.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/')
            && rest.contains('>')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(bytes: &[u8]) -> &'static str {
        detect(bytes, None).unwrap_err().code
    }

    #[test]
    fn the_name_only_tells_kinds_of_text_apart() {
        let page = "<!-- x --><!DOCTYPE html><p>سلام";
        let table = "نام,قیمت\nگل,۱۰\n";
        for (text, name, kind) in [
            ("# hi", "a.md", SourceKind::Markdown),
            ("# hi", "A.MARKDOWN", SourceKind::Markdown),
            ("hi", "a.pdf", SourceKind::Text),
            ("hi", "md", SourceKind::Text),
            ("hi", "a.docx", SourceKind::Text),
            (page, "a.txt", SourceKind::Html),
            (page, "a.csv", SourceKind::Html),
            ("<p>hi</p>", "a.html", SourceKind::Html),
            ("hi", "a.html", SourceKind::Text),
            ("<div align=center>\n\n# hi", "a.md", SourceKind::Markdown),
            (table, "a.csv", SourceKind::Csv),
            ("one column\n", "a.csv", SourceKind::Csv),
            ("BMW is a car, RIFF is not", "a.txt", SourceKind::Text),
            ("RIFF is not a car", "a.txt", SourceKind::Text),
            ("the mark %PDF-1.7 begins a PDF", "a.txt", SourceKind::Text),
        ] {
            assert_eq!(detect(text.as_bytes(), Some(name)).unwrap(), kind, "{name}");
        }
        let utf_16: Vec<u8> = format!("\u{FEFF}{page}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(detect(&utf_16, None).unwrap(), SourceKind::Html);
    }

    #[test]
    fn tables_are_told_from_prose() {
        let table = "name;price;stock\nvase;10;3\npot;12,5;8\nsoil;3;0\n";
        assert_eq!(detect(table.as_bytes(), None).unwrap(), SourceKind::Csv);
        let prose = "سلام، خوبی، چه خبر\nما هستیم، شما، آن‌ها\nیک، دو، سه\nخب، بله، نه\n";
        assert_eq!(detect(prose.as_bytes(), None).unwrap(), SourceKind::Text);
    }

    #[test]
    fn what_is_not_taken_says_why() {
        for (bytes, wanted) in [
            (&b""[..], "empty_document"),
            (b" \n", "empty_document"),
            (b"PK\x03\x04abc", "unsupported_format"),
            (b"\x89PNG\r\n", "unsupported_format"),
            (b"MZ\0\0", "unsupported_format"),
            (b"{\\rtf1 hi}", "unsupported_format"),
            (b"ab\0c", "unsupported_format"),
            (
                b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old",
                "unsupported_format",
            ),
        ] {
            assert_eq!(code(bytes), wanted, "{bytes:?}");
        }
        let mut encrypted = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        encrypted.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(code(&encrypted), "encrypted_office");
    }
}
