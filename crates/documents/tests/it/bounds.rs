//! Files that are made to exhaust whoever reads them.

use std::io::{Cursor, Write};

use xin_documents::{MOST_ROWS, parse, table};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A zip file of these parts.
fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn docx(document: &str) -> Vec<u8> {
    let types = ("[Content_Types].xml", &b"<Types/>"[..]);
    packed(&[types, ("word/document.xml", document.as_bytes())])
}

fn xlsx(sheet: &str) -> Vec<u8> {
    let list = r#"<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>"#;
    let relations = r#"<Relationships><Relationship Id="r1" Type="x/worksheet"
        Target="worksheets/sheet1.xml"/></Relationships>"#;
    packed(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", list.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn code(bytes: &[u8]) -> &'static str {
    parse(bytes, None).unwrap_err().code
}

#[test]
fn bombs_are_not_unpacked() {
    let text = " ".repeat(40 * 1_024 * 1_024);
    let bomb = docx(&format!("<document><p><t>{text}</t></p></document>"));
    assert!(bomb.len() < 100_000, "it is small: {}", bomb.len());
    assert_eq!(code(&bomb), "expands_too_much");
    // Not in one piece either.
    let many = "<p/>".repeat(3_000_000);
    let bomb = docx(&format!("<document>{many}</document>"));
    assert!(bomb.len() < 30_000, "it is small: {}", bomb.len());
    assert_eq!(code(&bomb), "expands_too_much");
}

#[test]
fn too_many_parts_are_refused() {
    let names: Vec<String> = (0..20_001).map(|at| format!("word/{at}")).collect();
    let mut parts = vec![("[Content_Types].xml", &b""[..])];
    parts.extend(names.iter().map(|name| (name.as_str(), &b""[..])));
    assert_eq!(code(&packed(&parts)), "too_many_parts");
}

#[test]
fn entities_are_refused() {
    let laughs = r#"<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>
        <document><p><t>&b;</t></p></document>"#;
    assert_eq!(code(&docx(laughs)), "unsafe_xml");
    assert_eq!(code(&xlsx(laughs)), "unsafe_xml");
    let known = "<document><p><t>a &amp;&#x646; &unknown; b</t></p></document>";
    let parsed = parse(&docx(known), None).unwrap();
    assert_eq!(parsed.sections[0].text, "a &ن b\n");
}

#[test]
fn deep_elements_are_refused() {
    let deep = "<tbl><tr><tc>".repeat(10_000);
    assert_eq!(
        code(&docx(&format!("<document>{deep}"))),
        "too_deeply_nested"
    );
    let page = format!("<!doctype html>{}سلام", "<div>".repeat(100_000));
    assert_eq!(code(page.as_bytes()), "too_deeply_nested");
    // What browsers still show is read, whatever this thread's stack.
    let page = format!("<!doctype html>{}سلام", "<div>".repeat(500));
    assert_eq!(
        parse(page.as_bytes(), None).unwrap().sections[0].text,
        "سلام\n"
    );
}

#[test]
fn sheets_are_as_large_as_their_cells() {
    let corners = r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData>
        <row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>
        <row r="1048576"><c r="XFD1048576"><v>1</v></c><c r="B1048576"><v>2</v></c></row>
        </sheetData></worksheet>"#;
    let parsed = parse(&xlsx(corners), None).unwrap();
    assert_eq!(parsed.sections[0].text, "# a\n\n- a\n- 2\n");
    let table = table::read(&xlsx(corners), None).unwrap();
    assert_eq!(table.header, ["a"]);
}

#[test]
fn too_many_rows_are_refused() {
    let rows = "<row><c><v>7</v></c></row>".repeat(MOST_ROWS + 1);
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    assert_eq!(code(&xlsx(&sheet)), "too_many_rows");
    let rows = "a,b\n".repeat(MOST_ROWS + 1);
    let failure = parse(rows.as_bytes(), Some("a.csv")).unwrap_err();
    assert_eq!(failure.code, "too_many_rows");
}

#[test]
fn merged_cells_are_said_by_each_of_their_rows() {
    let sheet = r#"<worksheet><sheetData>
        <row r="1"><c t="str"><v>group</v></c><c t="str"><v>name</v></c></row>
        <row r="2"><c t="str"><v>pots</v></c><c t="str"><v>one</v></c></row>
        <row r="3"><c r="B3" t="str"><v>two</v></c></row>
        </sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells></worksheet>"#;
    let text = parse(&xlsx(sheet), None).unwrap().sections[0].text.clone();
    assert_eq!(
        text,
        "# a\n\n- group: pots; name: one\n- group: pots; name: two\n"
    );
}

#[test]
fn broken_packages_say_so() {
    let whole = docx("<document><p><t>a</t></p></document>");
    assert_eq!(parse(&whole, None).unwrap().sections[0].text, "a\n");
    let mut cut = whole.clone();
    cut.truncate(whole.len() - 22);
    assert_eq!(code(&cut), "unreadable_office");
    assert_eq!(code(&docx("<document><p")), "unreadable_office");
    assert_eq!(code(&docx("<document><p/></document>")), "empty_document");
    let sheetless = packed(&[("[Content_Types].xml", b""), ("xl/styles.xml", b"")]);
    assert_eq!(code(&sheetless), "unreadable_office");
    let other = packed(&[("a.txt", b"hello")]);
    assert_eq!(code(&other), "unsupported_format");
}
