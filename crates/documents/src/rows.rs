//! Rows of cells as text that a reader, and a search, understands in pieces.

use super::{MOST_TEXT_BYTES, ParseFailure, has_words};
use crate::markdown::one_line;

/// A table up to here stays one in Markdown, since it fits one passage; of a longer one each row
/// names its columns, for its passage will not have the header.
const SHORT_TABLE: usize = 700;
/// Rows above the header that a sheet may have: its title and the like.
const ROWS_ABOVE: usize = 10;

/// What a cell says. Its lines stay lines: an answer in a list of questions may have several.
pub(super) fn cell(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(one_line).collect();
    lines.join("\n").trim().to_owned()
}

/// The rows with every cell on one line, as a text has them.
fn on_one_line(mut rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    for cell in rows.iter_mut().flatten() {
        if cell.contains('\n') {
            *cell = one_line(cell);
        }
    }
    rows
}

/// A table that stands in a text.
pub(super) fn as_table(rows: Vec<Vec<String>>) -> Result<String, ParseFailure> {
    let mut rows = on_one_line(rows);
    rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let length: usize = rows.iter().flatten().map(String::len).sum();
    if columns < 2 || rows.len() < 2 {
        // It only places what it holds.
        let cells = rows.into_iter().flatten().filter(|cell| !cell.is_empty());
        return Ok(cells.collect::<Vec<_>>().join("\n\n"));
    }
    if length > SHORT_TABLE {
        return as_lines(rows);
    }
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        text.push('|');
        for column in 0..columns {
            let cell = row.get(column).map_or("", String::as_str);
            text.push(' ');
            text.push_str(&cell.replace('|', "\\|"));
            text.push_str(" |");
        }
        text.push('\n');
        if at == 0 {
            text.push('|');
            text.push_str(&" --- |".repeat(columns));
            text.push('\n');
        }
    }
    Ok(text)
}

/// Each row on a line: «name: vase; price: 10».
pub(super) fn as_lines(rows: Vec<Vec<String>>) -> Result<String, ParseFailure> {
    let mut text = String::new();
    let mut rows = on_one_line(rows).into_iter().peekable();
    let mut header: Option<Vec<String>> = None;
    let mut above = 0;
    while let Some(row) = rows.next() {
        if row.iter().all(String::is_empty) {
            continue;
        }
        if header.is_none() {
            if is_header(&row, rows.peek()) {
                header = Some(row);
                continue;
            }
            above += 1;
            if above >= ROWS_ABOVE {
                header = Some(Vec::new());
            }
        }
        push_row(&mut text, header.as_deref().unwrap_or_default(), &row);
        if text.len() > MOST_TEXT_BYTES {
            return Err(ParseFailure::too_large());
        }
    }
    if text.is_empty()
        && let Some(header) = header
    {
        push_row(&mut text, &[], &header);
    }
    Ok(text)
}

/// Whether a row names columns: two cells at least, none of them a number, above a row that is as
/// long. A title above the table has one cell.
fn is_header(row: &[String], below: Option<&Vec<String>>) -> bool {
    let named = row.iter().filter(|cell| !cell.is_empty());
    named.clone().count() >= 2
        && named
            .clone()
            .all(|cell| !is_number(cell) && cell.chars().count() <= 80)
        && below.is_some()
}

fn is_number(cell: &str) -> bool {
    cell.chars().any(char::is_numeric) && !cell.chars().any(char::is_alphabetic)
}

fn push_row(text: &mut String, header: &[String], row: &[String]) {
    let mut is_first = true;
    for (column, cell) in row.iter().enumerate() {
        if cell.is_empty() {
            continue;
        }
        text.push_str(if is_first { "- " } else { "; " });
        is_first = false;
        if let Some(name) = header.get(column).filter(|name| has_words(name)) {
            text.push_str(name.trim_end_matches([':', '：']));
            text.push_str(": ");
        }
        text.push_str(cell);
    }
    if !is_first {
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let row = |line: &str| line.split(',').map(str::to_owned).collect();
        text.lines().map(row).collect()
    }

    #[test]
    fn a_row_is_understood_alone() {
        let text = as_lines(rows(
            "فهرست قیمت\nنام,قیمت:,موجودی\nگلدان,۱۲۰,\n,,\nخاک,۳۰,۸",
        ))
        .unwrap();
        let wanted = "- فهرست قیمت\n- نام: گلدان; قیمت: ۱۲۰\n- نام: خاک; قیمت: ۳۰; موجودی: ۸\n";
        assert_eq!(text, wanted);
    }

    #[test]
    fn numbers_are_no_header() {
        assert_eq!(as_lines(rows("a,1\nb,2")).unwrap(), "- a; 1\n- b; 2\n");
        assert_eq!(as_lines(rows("a,b")).unwrap(), "- a; b\n");
    }

    #[test]
    fn short_tables_stay_tables() {
        let text = as_table(rows("a,b\n1,x|y\n2")).unwrap();
        assert_eq!(text, "| a | b |\n| --- | --- |\n| 1 | x\\|y |\n| 2 |  |\n");
        assert_eq!(as_table(rows("one\ntwo")).unwrap(), "one\n\ntwo");
        let long = format!("a,b\n{}", "some words here,others there\n".repeat(40));
        assert!(
            as_table(rows(&long))
                .unwrap()
                .starts_with("- a: some words here; b:")
        );
    }
}
