//! Rows of a table as question pairs, and what is wrong with the others.

use std::collections::HashMap;

use xin_documents::table::{Table, TableRow};

use super::pair::Pair;
use crate::api::imports::{RowProblem, column};

const QUESTION: [&str; 4] = ["question", "پرسش", "سوال", "title"];
const ANSWER: [&str; 3] = ["answer", "پاسخ", "جواب"];

/// The pairs of a table, each with the number of its row, and what is wrong with the other rows.
pub fn pairs(table: Table) -> (Vec<(u32, Pair)>, Vec<RowProblem>) {
    let width = table.header.len();
    let named = column(&table.header, &QUESTION).zip(column(&table.header, &ANSWER));
    let ((question, answer), header) = match named {
        Some(columns) => (columns, None),
        // Without names the first column asks and the second answers, from the first row on.
        None => (
            (0, 1),
            Some(TableRow {
                number: 1,
                cells: table.header,
            }),
        ),
    };
    let mut good: Vec<(u32, Pair)> = Vec::new();
    let mut problems = Vec::new();
    let mut seen: HashMap<String, u32> = HashMap::new();
    for row in header.into_iter().chain(table.rows) {
        let cell = |at: usize| row.cells.get(at).map_or("", String::as_str);
        let beyond = row.cells.iter().skip(width);
        if beyond.into_iter().any(|cell| !cell.trim().is_empty()) {
            let message = "the row has more columns than the first one; an answer with commas is \
                           put in quotation marks";
            let problem = RowProblem::new(row.number, "answer", "too_many_columns", message);
            problems.push(problem);
            continue;
        }
        // A question is asked in one line; an answer may have several.
        let asked: Vec<&str> = cell(question).split_whitespace().collect();
        let pair = match Pair::checked(&asked.join(" "), cell(answer)) {
            Ok(pair) => pair,
            Err(mistakes) => {
                problems.extend(RowProblem::of(row.number, mistakes));
                continue;
            }
        };
        if let Some(first) = seen.get(&pair.key) {
            let message = format!("the same question as in row {first}");
            problems.push(RowProblem::new(
                row.number,
                "question",
                "duplicate_row",
                message,
            ));
            continue;
        }
        seen.insert(pair.key.clone(), row.number);
        good.push((row.number, pair));
    }
    (good, problems)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table(header: &[&str], rows: &[&[&str]]) -> Table {
        let cells = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        let rows = rows.iter().zip(2..).map(|(row, number)| TableRow {
            number,
            cells: cells(row),
        });
        Table {
            header: cells(header),
            rows: rows.collect(),
        }
    }

    fn found(table: Table) -> (Vec<u32>, Vec<(u32, &'static str)>) {
        let (good, problems) = pairs(table);
        let problems = problems.iter().map(|problem| (problem.row, problem.code));
        (
            good.iter().map(|(number, _)| *number).collect(),
            problems.collect(),
        )
    }

    #[test]
    fn columns_are_found_by_their_names_or_places() {
        let named = table(
            &["شناسه", "جواب", "سؤال"],
            &[
                &["1", "دو روز", "ارسال چند روز است؟"],
                &["2", "", "گارانتی؟"],
                &["3", "x"],
            ],
        );
        assert_eq!(
            found(named),
            (vec![2], vec![(3, "required"), (4, "required")])
        );
        let unnamed = table(&["چه ساعتی؟", "نه تا پنج"], &[&["چه ساعتي", "ده"]]);
        assert_eq!(found(unnamed), (vec![1], vec![(2, "duplicate_row")]));
    }

    proptest! {
        #[test]
        fn every_row_is_taken_or_explained(
            header in prop::collection::vec(".{0,8}", 0..4),
            rows in prop::collection::vec(prop::collection::vec(".{0,8}", 0..4), 0..20),
        ) {
            let rows: Vec<TableRow> = rows.into_iter().zip(2..)
                .map(|(cells, number)| TableRow { number, cells }).collect();
            let numbers: Vec<u32> = rows.iter().map(|row| row.number).collect();
            let (good, problems) = pairs(Table { header, rows });
            for number in numbers {
                let is_good = good.iter().any(|(good, _)| *good == number);
                prop_assert_ne!(is_good, problems.iter().any(|problem| problem.row == number));
            }
        }
    }
}
