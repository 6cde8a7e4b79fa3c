//! What is said between a service and its parser.

use std::io::Read;

use serde::{Deserialize, Serialize};
use url::Url;

use super::Cost;
use crate::failure::known_code;
use crate::html::HtmlPage;
use crate::table::Table;
use crate::{ParseFailure, ParsedDocument};

/// Comes before an answer, should a library have printed something as well. JSON has no such
/// character.
const ANSWER: &[u8] = b"\x01answer\x01";
/// The longest request, the file apart.
const LONGEST_REQUEST: u32 = 1_024 * 1_024;

/// What a parser is asked; the file follows it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) task: Task,
    pub(super) memory_bytes: u64,
    pub(super) cpu_seconds: u64,
}

/// What is to be made of a file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Task {
    Parse {
        file_name: Option<String>,
    },
    Table {
        file_name: Option<String>,
    },
    Page {
        content_type: Option<String>,
        url: Option<Url>,
    },
}

/// What a parser says before it ends.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Last {
    pub(super) answer: Answer,
    pub(super) cost: Cost,
}

/// What a parser answers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    Parsed(ParsedDocument),
    Table(Table),
    Page(Box<HtmlPage>),
    /// The file cannot be used.
    Failed {
        code: String,
        message: String,
    },
    /// The parser could not do its work, whatever the file.
    Broken(String),
}

impl Answer {
    pub(super) fn failed(failure: ParseFailure) -> Self {
        Self::Failed {
            code: failure.code.to_owned(),
            message: failure.message,
        }
    }
}

/// A failure as the parser tells it.
pub(super) fn failure(code: &str, message: String) -> ParseFailure {
    match known_code(code) {
        Some(code) => ParseFailure { code, message },
        None => ParseFailure::parser_crashed(),
    }
}

/// A request with its length before it.
pub(super) fn frame(request: &Request) -> std::io::Result<Vec<u8>> {
    let json = serde_json::to_vec(request)?;
    let length = u32::try_from(json.len()).map_err(std::io::Error::other)?;
    let mut frame = length.to_le_bytes().to_vec();
    frame.extend(json);
    Ok(frame)
}

/// Reads a request; the file is what is left.
pub(super) fn request_from(from: &mut impl Read) -> std::io::Result<Request> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length).min(LONGEST_REQUEST);
    Ok(serde_json::from_reader(from.take(u64::from(length)))?)
}

/// Writes an answer.
pub(super) fn write(mut to: impl std::io::Write, answer: &Last) -> std::io::Result<()> {
    to.write_all(ANSWER)?;
    serde_json::to_writer(&mut to, answer)?;
    to.flush()
}

/// The answer in what a parser printed.
pub(super) fn answer_in(printed: &[u8]) -> std::io::Result<Last> {
    let mut places = printed.windows(ANSWER.len());
    let at = places.rposition(|window| window == ANSWER);
    let json = at.and_then(|at| printed.get(at + ANSWER.len()..));
    Ok(serde_json::from_slice(json.unwrap_or_default())?)
}
