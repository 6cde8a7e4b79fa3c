//! What a document is made of, whichever way it was given.

use bytes::Bytes;
use xin_documents::SourceKind;

use crate::error::Answer;
use crate::inputs::{Checks, clean};

const LONGEST_TITLE: usize = 200;
const LONGEST_TEXT: usize = 1_000_000;

/// A document before it is kept.
#[derive(Debug, PartialEq, Eq)]
pub struct Content {
    pub title: String,
    pub kind: &'static str,
    pub file_name: Option<String>,
    pub bytes: Bytes,
}

impl Content {
    /// From words that somebody typed.
    pub fn of_text(title: &str, text: &str) -> Answer<Self> {
        let mut checks = Checks::default();
        let title = checks.text("title", title, 1..=LONGEST_TITLE);
        let text = checks.text("text", text, 1..=LONGEST_TEXT);
        checks.done()?;
        Ok(Self {
            title,
            kind: "text",
            file_name: None,
            bytes: text.into(),
        })
    }

    /// From a file. Its content says what it is, and its name where the content does not.
    pub fn of_file(title: Option<&str>, file_name: &str, bytes: Bytes) -> Answer<Self> {
        let file_name = base_name(&clean(file_name));
        let mut checks = Checks::default();
        let title = match title.map(clean).filter(|title| !title.is_empty()) {
            Some(title) => checks.text("title", &title, 1..=LONGEST_TITLE),
            None => title_from(&file_name),
        };
        if bytes.is_empty() {
            checks.refuse("file", "required", "the file is empty");
        }
        let kind = xin_documents::detect(&bytes, Some(&file_name));
        if let (Err(failure), false) = (&kind, bytes.is_empty()) {
            checks.refuse("file", failure.code, failure.message.clone());
        }
        checks.done()?;
        let kind = kind.unwrap_or(SourceKind::Text);
        Ok(Self {
            title,
            kind: kind.as_str(),
            file_name: Some(file_name),
            bytes,
        })
    }
}

/// The name without folders, of which some browsers tell.
fn base_name(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    name.chars()
        .filter(|letter| !letter.is_control())
        .take(255)
        .collect()
}

fn title_from(file_name: &str) -> String {
    let stem = file_name
        .rsplit_once('.')
        .map_or(file_name, |(stem, _)| stem);
    let title: String = stem.replace('_', " ").chars().take(LONGEST_TITLE).collect();
    let title = title.trim();
    if title.is_empty() {
        "—".to_owned()
    } else {
        title.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(name: &str, bytes: &'static [u8]) -> Option<Content> {
        Content::of_file(None, name, Bytes::from_static(bytes)).ok()
    }

    #[test]
    fn a_file_is_what_its_content_says() {
        assert_eq!(file("a.txt", b"%PDF-1.7 \0").unwrap().kind, "pdf");
        assert_eq!(
            file("راهنما.MD", "# سلام".as_bytes()).unwrap().kind,
            "markdown"
        );
        assert_eq!(file("a.pdf", b"words").unwrap().kind, "text");
        assert_eq!(file("a.txt", b"<!doctype html><p>x").unwrap().kind, "html");
        assert_eq!(file("a.csv", b"name;price\nvase;10").unwrap().kind, "csv");
        assert_eq!(file("a.docx", b"PK\x03\x04\0\0"), None);
        assert_eq!(file("a.txt", b""), None);
    }

    #[test]
    fn the_title_comes_from_the_name() {
        assert_eq!(
            file(r"C:\docs\return_policy.pdf", b"%PDF-1.7")
                .unwrap()
                .title,
            "return policy"
        );
        assert_eq!(file(".md", b"x").unwrap().title, "—");
        let named = Content::of_file(Some(" قیمت "), "a.md", Bytes::from_static(b"x")).unwrap();
        assert_eq!(named.title, "قیمت");
    }

    proptest! {
        #[test]
        fn any_file_is_taken_or_refused(title: Option<String>, name: String, bytes: Vec<u8>) {
            if let Ok(content) = Content::of_file(title.as_deref(), &name, bytes.into()) {
                let letters = content.title.chars().count();
                prop_assert!((1..=LONGEST_TITLE).contains(&letters));
                prop_assert!(!content.title.contains('\0'));
            }
        }
    }
}
