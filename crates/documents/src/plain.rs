//! Files that are text already.

use std::path::Path;

use super::{MOST_TEXT_BYTES, ParseFailure, has_words};

/// Beginnings of files that people upload and that are no text, with what to call them.
const KNOWN_FORMATS: [(&[u8], &str); 7] = [
    (b"PK\x03\x04", "this is an Office or zip file"),
    (b"\xD0\xCF\x11\xE0", "this is an old Office file"),
    (b"\x89PNG", "this is a picture"),
    (b"\xFF\xD8\xFF", "this is a picture"),
    (b"GIF8", "this is a picture"),
    (b"{\\rtf", "this is a rich text file"),
    (b"\x1F\x8B", "this is a compressed file"),
];

/// Whether a file of that name is Markdown.
pub(super) fn is_markdown(file_name: &str) -> bool {
    Path::new(file_name).extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
    })
}

/// The text of a file in UTF-8, or in UTF-16 with a byte order mark. Lines end with `\n`.
pub(super) fn decode(bytes: &[u8]) -> Result<String, ParseFailure> {
    for (start, what) in KNOWN_FORMATS {
        if bytes.starts_with(start) {
            return Err(ParseFailure::unsupported_format(what));
        }
    }
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf_8(rest),
        [0xFF, 0xFE, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        _ => utf_8(bytes),
    };
    // A text has no NUL, and many binary files that happen to be UTF-8 do.
    let text = text
        .filter(|text| !text.contains('\0'))
        .ok_or_else(|| ParseFailure::unsupported_format("the file is not text in UTF-8"))?;
    if text.len() > MOST_TEXT_BYTES {
        return Err(ParseFailure::too_large());
    }
    if !has_words(&text) {
        return Err(ParseFailure::empty_document());
    }
    Ok(text.replace("\r\n", "\n"))
}

fn utf_8(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).map(str::to_owned).ok()
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.ok().filter(|_| rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SourceKind, parse};

    #[test]
    fn text_is_read_whatever_its_encoding() {
        let utf_16: Vec<u8> = "\u{FEFF}سلام"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let marked = "\u{FEFF}سلام".as_bytes();
        for bytes in ["سلام".as_bytes(), marked, &utf_16] {
            let parsed = parse(bytes, Some("a.txt")).unwrap();
            assert_eq!(parsed.kind, SourceKind::Text);
            assert_eq!(parsed.sections[0].text, "سلام");
        }
        assert_eq!(decode(b"a\r\nb").unwrap(), "a\nb");
        assert_eq!(decode("می‌خواهم".as_bytes()).unwrap(), "می‌خواهم");
    }

    #[test]
    fn the_name_only_tells_markdown() {
        for (name, kind) in [
            ("a.md", SourceKind::Markdown),
            ("A.MARKDOWN", SourceKind::Markdown),
            ("a.pdf", SourceKind::Text),
            ("md", SourceKind::Text),
        ] {
            assert_eq!(parse(b"# hi", Some(name)).unwrap().kind, kind, "{name}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for (bytes, code) in [
            (&b""[..], "empty_document"),
            (b" \n", "empty_document"),
            ("؟!".as_bytes(), "empty_document"),
            (b"PK\x03\x04abc", "unsupported_format"),
            (b"\xFF\xFEa", "unsupported_format"),
            (b"\x80abc", "unsupported_format"),
            (b"ab\0c", "unsupported_format"),
        ] {
            assert_eq!(parse(bytes, None).unwrap_err().code, code, "{bytes:?}");
        }
        let long = "a".repeat(MOST_TEXT_BYTES + 1);
        assert_eq!(parse(long.as_bytes(), None).unwrap_err().code, "too_large");
    }
}
