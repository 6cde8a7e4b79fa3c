//! Tables as text: CSV and its like, whatever separates their cells.

use csv::{ReaderBuilder, StringRecord};

use super::{MOST_ROWS, ParseFailure, encoding, rows};
use crate::table::{MOST_CELLS_OF_ROW, Table};

/// What cells may be separated by.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Rows that are looked at to tell the separator.
const SNIFFED: usize = 50;
/// Rows that a file without the name of a table must have to be one.
const FEWEST_ROWS: usize = 3;
/// Columns that such a file must have, when a comma or the like separates them.
const FEWEST_COLUMNS: usize = 3;
/// Bytes that a cell of such a file has on average at most; prose has longer ones.
const LONGEST_CELL: usize = 60;

/// The text of a table: each row on a line of its own, with the names of its columns.
pub(super) fn text(bytes: &[u8]) -> Result<String, ParseFailure> {
    let text = encoding::decode(bytes)?;
    let records = records(&text)?.into_iter().map(|(_, cells)| cells);
    rows::as_lines(records.collect())
}

/// The table with its header.
pub(super) fn table(bytes: &[u8]) -> Result<Table, ParseFailure> {
    let text = encoding::decode(bytes)?;
    Table::of_rows(records(&text)?)
}

/// Whether a text that nothing names a table is one all the same: rows of the same number of short
/// cells, without exception.
pub(super) fn is_table(head: &str, is_cut: bool) -> bool {
    let head = if is_cut {
        head.rsplit_once('\n').map_or(head, |(whole, _)| whole)
    } else {
        head
    };
    let separator = separator(head);
    let fewest = if separator == b'\t' {
        2
    } else {
        FEWEST_COLUMNS
    };
    let mut counts = Vec::new();
    let mut cells = 0;
    for record in reader(head, separator).into_records().take(SNIFFED) {
        let Ok(record) = record else { return false };
        cells += record.len();
        counts.push(record.len());
    }
    let columns = counts.first().copied().unwrap_or(0);
    counts.len() >= FEWEST_ROWS
        && columns >= fewest
        && counts.iter().all(|count| *count == columns)
        && head.len() <= cells.saturating_mul(LONGEST_CELL)
}

/// The rows that have a word, with their numbers as a spreadsheet shows them, from 1.
fn records(text: &str) -> Result<Vec<(u32, Vec<String>)>, ParseFailure> {
    let mut reader = reader(text, separator(text));
    let mut found = Vec::new();
    let mut record = StringRecord::new();
    let (mut number, mut end) = (0_u32, 0_usize);
    while reader
        .read_record(&mut record)
        .map_err(|_error| ParseFailure::unreadable_table())?
    {
        // The library passes over empty lines; a spreadsheet counts them.
        let passed = text.get(end..).unwrap_or_default();
        let empty = passed.len() - passed.trim_start_matches('\n').len();
        number = number.saturating_add(u32::try_from(empty).unwrap_or(u32::MAX));
        number = number.saturating_add(1);
        end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if found.len() >= MOST_ROWS {
            return Err(ParseFailure::too_many_rows());
        }
        let cells = record.iter().take(MOST_CELLS_OF_ROW);
        found.push((number, cells.map(rows::cell).collect()));
    }
    Ok(found)
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// The separator that gives most rows the same number of cells, and most cells; a comma when there
/// is none.
fn separator(text: &str) -> u8 {
    // Excel writes it into the file where it would otherwise be the country's.
    if let Some(named) = text.get(..5).and_then(|start| start.strip_prefix("sep="))
        && let Some(separator) = named.bytes().next()
        && SEPARATORS.contains(&separator)
    {
        return separator;
    }
    let score = |separator: u8| {
        let records = reader(text, separator).into_records();
        let counts: Vec<usize> = records
            .take(SNIFFED)
            .filter_map(Result::ok)
            .map(|record| record.len())
            .collect();
        let columns = counts.first().copied().unwrap_or(0);
        let same = counts.iter().filter(|count| **count == columns).count();
        // Rows that agree tell more than the number of cells.
        let share = same.saturating_mul(100) / counts.len().max(1);
        if columns < 2 {
            (0, 0)
        } else {
            (share, columns)
        }
    };
    SEPARATORS
        .into_iter()
        .rev()
        .max_by_key(|separator| score(*separator))
        .unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_found() {
        for (text, wanted) in [
            ("a,b,c\n1,2,3\n", b','),
            ("a;b\n1,5;2\n", b';'),
            ("a\tb\n1,5\t2;3\n", b'\t'),
            ("a|b|c\n1|2|3\n", b'|'),
            ("one\ntwo\n", b','),
            ("", b','),
            ("sep=;\na;b,c\n", b';'),
        ] {
            assert_eq!(separator(text), wanted, "{text}");
        }
    }

    #[test]
    fn rows_are_numbered_as_they_are_seen() {
        let numbers = |text: &str| -> Vec<u32> {
            let records = records(text).unwrap();
            records.iter().map(|(number, _)| *number).collect()
        };
        assert_eq!(numbers("a,b\n1,2\n\n\n3,4\n,\n5,6"), [1, 2, 5, 7]);
        assert_eq!(numbers("\na,b\n\"x\ny\",2\n3,4\n"), [2, 3, 4]);
    }
}
