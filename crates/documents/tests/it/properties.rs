//! Whatever the bytes, a file is read or refused.

use std::io::{Cursor, Read, Write};

use proptest::prelude::*;
use url::Url;
use xin_documents::chunk::chunk;
use xin_documents::{ParsedDocument, SourceKind, detect, html, parse, table};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::fixtures::{ENGLISH, Fixture, PERSIAN};

const NAMES: [&str; 10] = [
    "a", "a.txt", "a.md", "a.csv", "a.tsv", "a.html", "a.pdf", "a.docx", "a.pptx", "a.xlsx",
];

fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}

/// A document always has words, and its passages have all of them.
fn check(parsed: &ParsedDocument) -> Result<(), TestCaseError> {
    let all: String = parsed
        .sections
        .iter()
        .map(|section| without_spaces(&section.text))
        .collect();
    prop_assert!(all.chars().any(char::is_alphanumeric));
    let chunks = chunk("", parsed);
    let of_chunks: String = chunks
        .iter()
        .map(|chunk| without_spaces(&chunk.text))
        .collect();
    prop_assert_eq!(of_chunks, all);
    Ok(())
}

fn check_all(bytes: &[u8], name: &str) -> Result<(), TestCaseError> {
    let kind = detect(bytes, Some(name));
    match parse(bytes, Some(name)) {
        Ok(parsed) => {
            prop_assert_eq!(Ok(parsed.kind), kind);
            check(&parsed)?;
        }
        Err(failure) => prop_assert!(!failure.message.is_empty()),
    }
    if let Ok(table) = table::read(bytes, Some(name)) {
        for row in &table.rows {
            prop_assert!(row.cells.len() <= table.header.len());
            prop_assert!(row.cells.iter().any(|cell| !cell.is_empty()));
        }
        prop_assert!(
            table
                .rows
                .is_sorted_by(|one, next| one.number < next.number)
        );
    }
    let url = Url::parse("https://a.example/").unwrap();
    if let Ok(page) = html::page(bytes, None, Some(&url)) {
        prop_assert!(page.links.iter().all(|link| link.fragment().is_none()));
    }
    Ok(())
}

fn fixture() -> impl Strategy<Value = Fixture> {
    let all: Vec<Fixture> = PERSIAN.iter().chain(ENGLISH).copied().collect();
    proptest::sample::select(all)
}

type Changes = Vec<(proptest::sample::Index, Vec<u8>, usize)>;

/// Places where something is cut out and something else put in.
fn changes() -> impl Strategy<Value = Changes> {
    let bytes = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..4),
        proptest::sample::select(vec![
            "<",
            ">",
            "&",
            "</p>",
            "\"",
            "<p>",
            "]]>",
            "<!DOCTYPE x>",
            "9999999999",
            "\u{200C}",
            "-1"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    proptest::collection::vec((any::<proptest::sample::Index>(), bytes, 0_usize..6), 1..12)
}

fn changed(bytes: &[u8], changes: &Changes) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, put, cut) in changes {
        if bytes.is_empty() {
            break;
        }
        let at = at.index(bytes.len());
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, put.iter().copied());
    }
    bytes
}

/// The package with one of its parts changed, and packed again so that it can be opened.
fn repacked(bytes: &[u8], part: proptest::sample::Index, changes: &Changes) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let part = part.index(archive.len());
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        if at == part {
            content = changed(&content, changes);
        }
        writer
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(&content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600), name in proptest::sample::select(&NAMES[..])) {
        check_all(&bytes, name)?;
    }

    #[test]
    fn any_text(text in "([a-zآ-ی0-9]|[<>&\"'/=,;|\t\n#*. -]|<[a-z]{1,8}( [a-z]+=\"?[a-z]*)?>|</[a-z]{1,8}>|\u{200C}|\"\"){0,200}", name in proptest::sample::select(&NAMES[..])) {
        check_all(text.as_bytes(), name)?;
    }

    #[test]
    fn any_markup(tags in proptest::collection::vec(proptest::sample::select(vec![
        "<table>", "<tr>", "<td colspan=9>", "<th>", "</table>", "<ul>", "<ol start=7>", "<li>", "</ul>", "<p>", "<b>",
        "</b>", "<a href=x>", "<h1>", "</h1>", "<pre>", "<select>", "<svg>", "<math>", "<template>", "<script>",
        "</script>", "<title>", "<details><summary>", "<br>", "<main>", "<form>", "<!--", "-->", "سلام ", "one two. ", "<base href=//x>",
    ]), 0..80)) {
        let html = format!("<!doctype html>{}", tags.concat());
        check_all(html.as_bytes(), "a.html")?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn real_files_changed(fixture in fixture(), changes in changes()) {
        check_all(&changed(fixture.bytes, &changes), fixture.name)?;
    }

    #[test]
    fn real_packages_changed_inside(fixture in fixture(), part in any::<proptest::sample::Index>(), changes in changes()) {
        let is_package = matches!(fixture.kind, SourceKind::Docx | SourceKind::Pptx | SourceKind::Xlsx);
        prop_assume!(is_package);
        check_all(&repacked(fixture.bytes, part, &changes), fixture.name)?;
    }
}
