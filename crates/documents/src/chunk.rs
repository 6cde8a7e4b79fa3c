//! Cuts a document into passages: a passage is about one thing, and short enough to be read at a
//! glance.

use std::ops::Range;

use text_splitter::{ChunkConfig, MarkdownSplitter, TextSplitter};
use xin_text::language::{Language, detect};

use crate::{ParsedDocument, SourceKind};

/// Characters of a passage: from the first number on, the next good place to cut is taken.
const LENGTH: Range<usize> = 500..1_000;
/// A section up to here stays whole: cut apart, its halves no longer share the words that a
/// question asks about together (0.01 to 0.02 of MRR@10 on the sets with short documents).
const WHOLE: usize = 2_000;

/// A passage of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Its place, from 0.
    pub ordinal: u32,
    /// The headings above it, outermost first, with the one it begins with.
    pub heading_path: Vec<String>,
    /// The page it stands on.
    pub page: Option<u32>,
    /// The code of its language.
    pub language: String,
    /// Its text, as it was written.
    pub text: String,
}

/// Cuts a document into passages; together they have all of its words.
#[must_use]
pub fn chunk(title: &str, document: &ParsedDocument) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let fallback = document_language(title, document);
    for section in &document.sections {
        let pieces = match document.kind {
            SourceKind::Markdown
            | SourceKind::Docx
            | SourceKind::Pptx
            | SourceKind::Xlsx
            | SourceKind::Csv
            | SourceKind::Html => markdown_pieces(&section.text),
            SourceKind::Text | SourceKind::Pdf => {
                let splitter = TextSplitter::new(ChunkConfig::new(LENGTH));
                let pieces = pieces(&section.text, |text| splitter.chunks(text).collect());
                pieces
                    .into_iter()
                    .map(|piece| (Vec::new(), piece))
                    .collect()
            }
        };
        for (heading_path, text) in pieces {
            let Ok(ordinal) = u32::try_from(chunks.len()) else {
                break;
            };
            chunks.push(Chunk {
                ordinal,
                heading_path,
                page: section.page,
                language: known_or(detect(text), fallback).code().to_owned(),
                text: text.to_owned(),
            });
        }
    }
    chunks
}

/// For passages without a word of their own, such as a table of numbers.
fn document_language(title: &str, document: &ParsedDocument) -> Language {
    let mut languages = document
        .sections
        .iter()
        .map(|section| detect(&section.text));
    let of_text = languages.find(|language| *language != Language::Other);
    known_or(of_text.unwrap_or(Language::Other), detect(title))
}

fn known_or(language: Language, fallback: Language) -> Language {
    if language == Language::Other {
        fallback
    } else {
        language
    }
}

/// Pieces of Markdown under their headings: every heading begins one, so that the answer to one
/// question is not found under the next.
fn markdown_pieces(text: &str) -> Vec<(Vec<String>, &str)> {
    let splitter = MarkdownSplitter::new(ChunkConfig::new(LENGTH));
    let mut found = Vec::new();
    for (path, part) in parts(text) {
        for piece in pieces(part, |part| splitter.chunks(part).collect()) {
            found.push((path.clone(), piece));
        }
    }
    found
}

/// A short text whole, a long one cut.
fn pieces<'a>(text: &'a str, cut: impl Fn(&'a str) -> Vec<&'a str>) -> Vec<&'a str> {
    let short = text.trim();
    if short.chars().take(WHOLE + 1).count() > WHOLE {
        return cut(text);
    }
    Some(short)
        .filter(|text| !text.is_empty())
        .into_iter()
        .collect()
}

/// The text cut at its headings. A heading with nothing under it stays with what follows.
fn parts(text: &str) -> Vec<(Vec<String>, &str)> {
    let mut parts = Vec::new();
    let mut path: Vec<(usize, String)> = Vec::new();
    let (mut start, mut at, mut has_body) = (0, 0, false);
    let mut fence: Option<&str> = None;
    let named = |path: &[(usize, String)]| path.iter().map(|(_, name)| name.clone()).collect();
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let heading = if fence.is_none() { heading(line) } else { None };
        fence = match fence {
            Some(mark) if bare.starts_with(mark) => None,
            None => ["```", "~~~"]
                .into_iter()
                .find(|mark| bare.starts_with(mark)),
            open => open,
        };
        if let Some((level, name)) = heading {
            if has_body {
                parts.extend(slice(text, start..at).map(|part| (named(&path), part)));
                start = at;
                has_body = false;
            }
            path.retain(|(above, _)| *above < level);
            path.push((level, name.to_owned()));
        } else {
            has_body |= !bare.is_empty();
        }
        at += line.len();
    }
    parts.extend(slice(text, start..at).map(|part| (named(&path), part)));
    parts
}

fn slice(text: &str, range: Range<usize>) -> Option<&str> {
    text.get(range).filter(|part| !part.trim().is_empty())
}

/// The level and the words of a heading: `## Shipping ##`.
fn heading(line: &str) -> Option<(usize, &str)> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let line = line.trim();
    let name = line.trim_start_matches('#');
    let level = line.len() - name.len();
    let is_heading = indent < 4
        && (1..=6).contains(&level)
        && (name.is_empty() || name.starts_with([' ', '\t']));
    is_heading.then(|| (level, name.trim_end_matches('#').trim()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Section;

    fn document(kind: SourceKind, text: &str) -> ParsedDocument {
        let section = Section {
            page: None,
            text: text.to_owned(),
        };
        ParsedDocument {
            kind,
            sections: vec![section],
        }
    }

    fn without_spaces(text: &str) -> String {
        text.split_whitespace().collect()
    }

    #[test]
    fn markdown_keeps_its_headings() {
        let text = "# راهنما\n\n## ارسال\nدو روز کاری.\n\n### شهرستان\nسه روز.\n\n## گارانتی\n\
                    ```\n# نه سرخط\n```\nشش‌ماهه.\n";
        let chunks = chunk("", &document(SourceKind::Markdown, text));
        let paths: Vec<String> = chunks
            .iter()
            .map(|chunk| chunk.heading_path.join(" > "))
            .collect();
        let wanted = [
            "راهنما > ارسال",
            "راهنما > ارسال > شهرستان",
            "راهنما > گارانتی",
        ];
        assert_eq!(paths, wanted);
        assert!(chunks[0].text.starts_with("# راهنما"));
        assert!(chunks[2].text.ends_with("شش\u{200C}ماهه."));
        assert!(chunks.iter().all(|chunk| chunk.language == "fa"));
        assert_eq!(chunks[2].ordinal, 2);
    }

    #[test]
    fn long_texts_are_cut_into_readable_pieces() {
        let sentence = "هزینهٔ ارسال سفارش‌ها به شهرستان هشتاد هزار تومان است. ";
        let text = sentence.repeat(100);
        for kind in [SourceKind::Text, SourceKind::Markdown] {
            let chunks = chunk("", &document(kind, &text));
            assert!(chunks.len() > 4);
            for chunk in &chunks {
                assert!(chunk.text.chars().count() <= LENGTH.end);
                assert!(chunk.text.ends_with('.'), "{}", chunk.text);
            }
            let sizes = chunks.iter().rev().skip(1);
            assert!(
                sizes
                    .map(|chunk| chunk.text.chars().count())
                    .all(|size| size >= 450)
            );
        }
    }

    #[test]
    fn pages_are_not_mixed() {
        let page = |page, text: &str| Section {
            page: Some(page),
            text: text.to_owned(),
        };
        let pdf = ParsedDocument {
            kind: SourceKind::Pdf,
            sections: vec![page(1, "سلام دنیا"), page(3, "۱۲ ۱۳")],
        };
        let chunks = chunk("راهنما", &pdf);
        let pages: Vec<_> = chunks.iter().map(|chunk| chunk.page).collect();
        assert_eq!(pages, [Some(1), Some(3)]);
        assert_eq!(
            chunks[1].language, "fa",
            "numbers take the document's language"
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "([آ-ی]|[a-z.#`*|> \n-]|\u{200C}|## |\n\n){0,400}", markdown in any::<bool>()) {
            let kind = if markdown { SourceKind::Markdown } else { SourceKind::Text };
            let chunks = chunk("", &document(kind, &text));
            prop_assert!(chunks.iter().all(|chunk| !chunk.text.trim().is_empty()));
            let all: String = chunks.iter().map(|chunk| without_spaces(&chunk.text)).collect();
            prop_assert_eq!(all, without_spaces(&text));
        }
    }
}
