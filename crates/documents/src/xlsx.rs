//! Workbooks of Excel and its like.
//!
//! Read as a stream, cell by cell: what a sheet claims about its size is not believed, since two
//! cells in opposite corners make billions between them.

mod look;
mod sheet;
mod workbook;

use super::office::Package;
use super::{MOST_TEXT_BYTES, ParseFailure, Section, has_words, rows};
use crate::markdown::Writer;
use crate::table::Table;
use look::Look;
use workbook::Workbook;

/// Its sheets, each under its name.
pub(super) fn sections(bytes: &[u8]) -> Result<Vec<Section>, ParseFailure> {
    let mut package = Package::open(bytes)?;
    let workbook = Workbook::read(&mut package)?;
    let (mut sections, mut length, mut left) = (Vec::new(), 0, crate::MOST_ROWS);
    for sheet in &workbook.sheets {
        let rows = workbook.rows(&mut package, sheet, Look::AsSeen, &mut left)?;
        let lines = rows::as_lines(rows.into_iter().map(|(_, cells)| cells).collect())?;
        if !has_words(&lines) {
            continue;
        }
        let mut out = Writer::default();
        out.heading(1, &sheet.name);
        out.block(&lines);
        let text = out.finish();
        length += text.len();
        if length > MOST_TEXT_BYTES {
            return Err(ParseFailure::too_large());
        }
        sections.push(Section { page: None, text });
    }
    Ok(sections)
}

/// The first sheet that has a word, numbers without their looks.
pub(super) fn table(bytes: &[u8]) -> Result<Table, ParseFailure> {
    let mut package = Package::open(bytes)?;
    let workbook = Workbook::read(&mut package)?;
    let mut left = crate::MOST_ROWS;
    for sheet in &workbook.sheets {
        let rows = workbook.rows(&mut package, sheet, Look::Plain, &mut left)?;
        if !rows.is_empty() {
            return Table::of_rows(rows);
        }
    }
    Err(ParseFailure::empty_document())
}
