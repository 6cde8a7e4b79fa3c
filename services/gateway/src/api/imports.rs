//! Tables that people give to take in many things at once.

use actix_multipart::Multipart;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xin_documents::sandbox::ParseError;
use xin_documents::table::{Table, read};
use xin_documents::{SourceKind, detect};
use xin_domain::ErrorKind;
use xin_text::fold;

use crate::Platform;
use crate::api::knowledge::upload;
use crate::error::{Answer, ApiError, FieldMistake};

/// The most rows of a table.
const MOST_ROWS: usize = 10_000;
/// Problems that are told; a table that is wrong as a whole has as many as rows.
const MOST_PROBLEMS: usize = 500;

/// How a table is taken in.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// Only tell what would be taken and what is wrong.
    #[serde(default)]
    pub preview: bool,
}

/// A table: CSV or XLSX.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form that upload::read_file reads")]
pub struct ImportFile {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// What is wrong with a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowProblem {
    /// Its number, as a spreadsheet shows it.
    pub row: u32,
    /// Which column.
    pub field: &'static str,
    /// What programs match on.
    pub code: &'static str,
    /// For people.
    pub message: String,
}

impl RowProblem {
    /// One problem.
    pub fn new(
        row: u32,
        field: &'static str,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            row,
            field,
            code,
            message: message.into(),
        }
    }

    /// The mistakes of a row.
    pub fn of(row: u32, mistakes: Vec<FieldMistake>) -> impl Iterator<Item = Self> {
        mistakes
            .into_iter()
            .map(move |(field, code, message)| Self::new(row, field, code, message))
    }
}

/// What became of a table.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportReport {
    /// Whether nothing was taken, only looked at.
    preview: bool,
    /// Rows that are good, and taken unless this is a preview.
    good: usize,
    /// How many problems there are.
    problem_count: usize,
    /// The first of them, by row.
    problems: Vec<RowProblem>,
}

impl ImportReport {
    /// The report of so many good rows and these problems.
    pub fn new(good: usize, mut problems: Vec<RowProblem>, preview: bool) -> Self {
        problems.sort_by_key(|problem| problem.row);
        let problem_count = problems.len();
        problems.truncate(MOST_PROBLEMS);
        Self {
            preview,
            good,
            problem_count,
            problems,
        }
    }
}

/// Reads the table in a form with the field `file`. XLSX is read in a process of its own.
pub async fn table(platform: &Platform, form: Multipart) -> Answer<Table> {
    let file = upload::read_file(form, platform.max_upload_bytes).await?;
    let name = file.name.clone();
    let refused = |failure: xin_documents::ParseFailure| {
        ApiError::field("file", failure.code, failure.message)
    };
    let kind = detect(&file.bytes, Some(&name)).map_err(refused)?;
    let table = if kind == SourceKind::Xlsx {
        let table = platform.parser.table(&file.bytes, Some(&name)).await;
        table.map_err(|error| match error {
            ParseError::Unusable(failure) => refused(failure),
            error @ ParseError::Unavailable(_) => ApiError::internal(error),
        })?
    } else {
        let read = tokio::task::spawn_blocking(move || read(&file.bytes, Some(&name)));
        read.await.map_err(ApiError::internal)?.map_err(refused)?
    };
    if table.rows.len() > MOST_ROWS {
        let message = format!("at most {MOST_ROWS} rows; split the file");
        return Err(ApiError::new(ErrorKind::Invalid, "too_many_rows", message));
    }
    Ok(table)
}

/// The place of the column that has one of these names, which are written folded.
pub fn column(header: &[String], names: &[&str]) -> Option<usize> {
    header.iter().position(|cell| {
        let cell = fold(cell).replace(['_', '-'], " ");
        names.contains(&cell.trim())
    })
}
