//! Tables that are read row by row: lists of products, of questions with their answers.

use serde::{Deserialize, Serialize};

use super::{ParseFailure, SourceKind, detect, separated, xlsx};
use crate::markdown::one_line;

/// The most cells of a row that are read.
pub const MOST_CELLS_OF_ROW: usize = 200;

/// A table with its header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The names of its columns.
    pub header: Vec<String>,
    /// The rows below that have a word, each with as many cells as the header or fewer.
    pub rows: Vec<TableRow>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRow {
    /// Its number as a spreadsheet shows it; the header is mostly 1.
    pub number: u32,
    /// What its cells say, without spaces around it; some have several lines.
    pub cells: Vec<String>,
}

impl Table {
    /// The first row is the header; cells to the right of it have no name and are left out.
    pub(crate) fn of_rows(rows: Vec<(u32, Vec<String>)>) -> Result<Self, ParseFailure> {
        let mut rows = rows.into_iter();
        let Some((_, header)) = rows.next() else {
            return Err(ParseFailure::empty_document());
        };
        let width = header.len();
        let header = header.iter().map(|name| one_line(name)).collect();
        let rows = rows.filter_map(|(number, mut cells)| {
            cells.truncate(width);
            let is_empty = cells.iter().all(String::is_empty);
            (!is_empty).then_some(TableRow { number, cells })
        });
        Ok(Self {
            rows: rows.collect(),
            header,
        })
    }
}

/// Reads a CSV file, or the first sheet of an XLSX file that has a word. The first row is the
/// header.
pub fn read(bytes: &[u8], file_name: Option<&str>) -> Result<Table, ParseFailure> {
    match detect(bytes, file_name)? {
        SourceKind::Xlsx => xlsx::table(bytes),
        // A list of one column, or one that nothing separates, is a table to whoever says so.
        SourceKind::Csv | SourceKind::Text => separated::table(bytes),
        SourceKind::Markdown
        | SourceKind::Pdf
        | SourceKind::Docx
        | SourceKind::Pptx
        | SourceKind::Html => Err(ParseFailure::not_a_table()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_numbers() {
        let text = "پرسش;پاسخ\n\n\"ارسال, \nچند روز؟\";دو روز;زیادی\n;\nگارانتی؟;شش ماه\n";
        let table = read(text.as_bytes(), Some("faq.csv")).unwrap();
        assert_eq!(table.header, ["پرسش", "پاسخ"]);
        let rows: Vec<_> = table
            .rows
            .iter()
            .map(|row| (row.number, &row.cells))
            .collect();
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        assert_eq!(rows[0], (3, &row(["ارسال,\nچند روز؟", "دو روز"])));
        assert_eq!(rows[1], (5, &row(["گارانتی؟", "شش ماه"])));
        assert_eq!(rows.len(), 2);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let page = b"<!doctype html><p>hi</p>";
        assert_eq!(read(page, Some("a.csv")).unwrap_err().code, "not_a_table");
        assert_eq!(
            read(b" \n", Some("a.csv")).unwrap_err().code,
            "empty_document"
        );
    }
}
