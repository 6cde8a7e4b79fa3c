//! The cells of one sheet.

use super::look::Look;
use super::workbook::{Row, Workbook, rich_text};
use crate::office::{Element, Node, Xml};
use crate::table::MOST_CELLS_OF_ROW;
use crate::{MOST_TEXT_BYTES, ParseFailure, rows};

/// The most merged ranges of a sheet that are heeded.
const MOST_MERGED: usize = 100_000;

/// A cell that is open.
#[derive(Default)]
struct Cell {
    column: usize,
    kind: String,
    style: usize,
    text: String,
}

/// Cells that are shown as one: the rows and the column that its words stand in.
struct Merged {
    first: u32,
    last: u32,
    column: usize,
}

/// The rows that say something; `left` is how many there may still be.
pub(super) fn read(
    mut xml: Xml<'_>,
    workbook: &Workbook,
    look: Look,
    left: &mut usize,
) -> Result<Vec<Row>, ParseFailure> {
    let (mut found, mut merged) = (Vec::new(), Vec::new());
    let (mut number, mut row) = (0_u32, Vec::new());
    let (mut cell, mut length) = (Cell::default(), 0);
    while let Some(node) = xml.next()? {
        match node {
            Node::Open(element) => match element.name() {
                "row" => {
                    number = element.number("r").unwrap_or(number.saturating_add(1));
                    row = Vec::new();
                    cell = Cell::default();
                }
                "c" => cell = begin(&element, &cell),
                "v" => cell.text = xml.text()?,
                "is" => cell.text = rich_text(&mut xml)?,
                "mergeCell" if merged.len() < MOST_MERGED => merged.extend(range(&element)),
                _ => {}
            },
            Node::Close(name) => match name.as_str() {
                "c" if cell.column < MOST_CELLS_OF_ROW => {
                    let text = said(&cell, workbook, look);
                    length += text.len();
                    if length > MOST_TEXT_BYTES {
                        return Err(ParseFailure::too_large());
                    }
                    if row.len() <= cell.column {
                        row.resize(cell.column + 1, String::new());
                    }
                    if let Some(place) = row.get_mut(cell.column) {
                        *place = text;
                    }
                    cell.column += 1;
                }
                "row" if row.iter().any(|cell| !cell.is_empty()) => {
                    *left = left
                        .checked_sub(1)
                        .ok_or_else(ParseFailure::too_many_rows)?;
                    found.push((number, std::mem::take(&mut row)));
                }
                _ => {}
            },
            Node::Text(_) => {}
        }
    }
    found.sort_by_key(|(number, _)| *number);
    repeat_merged(&mut found, &merged, length)?;
    Ok(found)
}

/// A cell begins; one that does not say where it stands follows the one before.
fn begin(element: &Element, before: &Cell) -> Cell {
    let place = element.attribute("r").and_then(place);
    Cell {
        column: place.map_or(before.column, |(_, column)| column),
        kind: element.attribute("t").unwrap_or_default().to_owned(),
        style: element.number("s").unwrap_or(0),
        text: String::new(),
    }
}

fn said(cell: &Cell, workbook: &Workbook, look: Look) -> String {
    match cell.kind.as_str() {
        "s" => rows::cell(workbook.text(&cell.text)),
        "str" | "inlineStr" => rows::cell(&cell.text),
        "b" if cell.text.trim() == "1" => "TRUE".to_owned(),
        "b" if cell.text.trim() == "0" => "FALSE".to_owned(),
        "b" | "e" => String::new(),
        "d" => cell.text.trim().trim_end_matches("T00:00:00").to_owned(),
        _ if cell.text.trim().is_empty() => String::new(),
        _ => workbook.number(&cell.text, cell.style, look),
    }
}

/// The row, from 1, and the column, from 0, of `AB12`.
fn place(name: &str) -> Option<(u32, usize)> {
    let letters = name
        .trim_matches('$')
        .find(|letter: char| letter.is_ascii_digit())?;
    let (letters, row) = name.split_at_checked(letters)?;
    let mut column = 0_usize;
    for letter in letters.bytes().filter(u8::is_ascii_alphabetic) {
        let digit = usize::from(letter.to_ascii_uppercase() - b'A') + 1;
        column = column.saturating_mul(26).saturating_add(digit);
    }
    Some((row.parse().ok()?, column.checked_sub(1)?))
}

fn range(element: &Element) -> Option<Merged> {
    let (from, to) = element.attribute("ref")?.split_once(':')?;
    let ((first, column), (last, _)) = (place(from)?, place(to)?);
    (first < last).then_some(Merged {
        first,
        last,
        column,
    })
}

/// What several rows share as one cell, each of them says.
fn repeat_merged(found: &mut [Row], merged: &[Merged], length: usize) -> Result<(), ParseFailure> {
    let mut length = length;
    for range in merged {
        let from = found.partition_point(|(number, _)| *number < range.first);
        let to = found.partition_point(|(number, _)| *number <= range.last);
        let Some([(first, cells), below @ ..]) = found.get_mut(from..to) else {
            continue;
        };
        let Some(shared) = cells.get(range.column).filter(|cell| !cell.is_empty()) else {
            continue;
        };
        if *first != range.first {
            continue;
        }
        for (_, cells) in below {
            length += shared.len();
            if length > MOST_TEXT_BYTES {
                return Err(ParseFailure::too_large());
            }
            if cells.len() <= range.column {
                cells.resize(range.column + 1, String::new());
            }
            if let Some(place) = cells.get_mut(range.column).filter(|cell| cell.is_empty()) {
                place.clone_from(shared);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn places_have_names() {
        assert_eq!(place("A1"), Some((1, 0)));
        assert_eq!(place("AB12"), Some((12, 27)));
        assert_eq!(place("12"), None);
        assert_eq!(place("AB"), None);
    }
}
