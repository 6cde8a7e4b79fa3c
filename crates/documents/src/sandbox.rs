//! Parses files of strangers in a process of its own, which is told what it may use and is gone
//! afterwards: whatever a file does to its parser, nothing else notices.

mod wire;
mod worker;

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::Semaphore;
use url::Url;

use super::html::HtmlPage;
use super::table::Table;
use super::{ParseFailure, ParsedDocument, SourceKind};
use wire::{Answer, Last, Request, Task};

pub use worker::serve_if_worker;

/// The argument that makes a program of ours a parser.
const WORKER: &str = "parse-worker";
/// The most bytes of an answer: all of the text a document may have, as JSON.
const LONGEST_ANSWER: u64 = 128 * 1_024 * 1_024;
/// What is kept of what a parser complains of.
const LONGEST_COMPLAINT: u64 = 64 * 1_024;
/// What the runtime says when it gets no memory.
const NO_MEMORY: &str = "memory allocation of";
const SIGKILL: i32 = 9;
const SIGXCPU: i32 = 24;

/// What one parser may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of memory, beside the program itself.
    pub memory_bytes: u64,
    /// From start to answer.
    pub time: Duration,
    /// Parsers at work at once; others wait.
    pub at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // The worst files measured, 20 MB of text, take 90 MB; a PDF of 1,600 pages takes 75.
            memory_bytes: 512 * 1_024 * 1_024,
            time: Duration::from_secs(120),
            at_once: 2,
        }
    }
}

/// What parsing a file took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// The most bytes of memory at one time, the program included.
    pub peak_bytes: u64,
    /// Seconds of work, in hundredths.
    pub cpu_seconds: f64,
}

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// The file cannot be used; another try ends the same way.
    #[error("{}", .0.message)]
    Unusable(ParseFailure),
    /// The parser could not be started or heard: the fault is ours, and may pass.
    #[error("the parser does not answer: {0}")]
    Unavailable(#[from] std::io::Error),
}

/// Parses files in processes of their own. Clones share how many are at work at once.
#[derive(Clone, Debug)]
pub struct Parser {
    program: PathBuf,
    limits: Limits,
    places: Arc<Semaphore>,
}

impl Parser {
    /// A parser that runs `program`, whose `main` begins with [`serve_if_worker`].
    #[must_use]
    pub fn new(program: PathBuf, limits: Limits) -> Self {
        let places = Arc::new(Semaphore::new(limits.at_once.max(1)));
        Self {
            program,
            limits,
            places,
        }
    }

    /// What [`crate::parse`] makes of a file.
    pub async fn parse(
        &self,
        bytes: &[u8],
        file_name: Option<&str>,
    ) -> Result<ParsedDocument, ParseError> {
        // A text is only decoded: nothing in it can harm, and it is not worth a process.
        if let Ok(SourceKind::Text | SourceKind::Markdown) = crate::detect(bytes, file_name) {
            let (bytes, name) = (bytes.to_vec(), file_name.map(str::to_owned));
            let work = move || crate::parse(&bytes, name.as_deref());
            let parsed = tokio::task::spawn_blocking(work).await;
            return parsed
                .map_err(std::io::Error::other)?
                .map_err(ParseError::Unusable);
        }
        let (document, _cost) = self.parse_measured(bytes, file_name).await?;
        Ok(document)
    }

    /// The same, always in a process of its own, with what it took.
    pub async fn parse_measured(
        &self,
        bytes: &[u8],
        file_name: Option<&str>,
    ) -> Result<(ParsedDocument, Cost), ParseError> {
        let task = Task::Parse {
            file_name: file_name.map(str::to_owned),
        };
        let (answer, cost) = self.ask(task, bytes).await?;
        let Answer::Parsed(document) = answer else {
            return Err(unexpected());
        };
        Ok((document, cost))
    }

    /// What [`crate::table::read`] makes of a file.
    pub async fn table(&self, bytes: &[u8], file_name: Option<&str>) -> Result<Table, ParseError> {
        let task = Task::Table {
            file_name: file_name.map(str::to_owned),
        };
        let (Answer::Table(table), _cost) = self.ask(task, bytes).await? else {
            return Err(unexpected());
        };
        Ok(table)
    }

    /// What [`crate::html::page`] makes of a page.
    pub async fn page(
        &self,
        html: &[u8],
        content_type: Option<&str>,
        url: Option<&Url>,
    ) -> Result<HtmlPage, ParseError> {
        let task = Task::Page {
            content_type: content_type.map(str::to_owned),
            url: url.cloned(),
        };
        let (Answer::Page(page), _cost) = self.ask(task, html).await? else {
            return Err(unexpected());
        };
        Ok(*page)
    }

    async fn ask(&self, task: Task, bytes: &[u8]) -> Result<(Answer, Cost), ParseError> {
        let place = self.places.acquire().await;
        let _place = place.map_err(std::io::Error::other)?;
        let request = Request {
            task,
            memory_bytes: self.limits.memory_bytes,
            cpu_seconds: self.limits.time.as_secs().max(1),
        };
        let mut child = Command::new(&self.program)
            .arg(WORKER)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let heard = tokio::time::timeout(self.limits.time, talk(&mut child, &request, bytes)).await;
        let Ok(heard) = heard else {
            child.kill().await?;
            return Err(ParseError::Unusable(ParseFailure::took_too_long()));
        };
        understand(&heard?)
    }
}

/// What a parser left behind.
struct Heard {
    status: ExitStatus,
    answer: Vec<u8>,
    complaint: Vec<u8>,
}

/// Gives a parser its task and hears it to its end.
async fn talk(child: &mut Child, request: &Request, bytes: &[u8]) -> std::io::Result<Heard> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (sent, answer, complaint) = tokio::join!(
        send(stdin, request, bytes),
        hear(stdout, LONGEST_ANSWER),
        hear(stderr, LONGEST_COMPLAINT),
    );
    let (answer, complaint) = (answer?, complaint?);
    // One that says more than it may would wait for us forever.
    if u64::try_from(answer.len()).unwrap_or(u64::MAX) >= LONGEST_ANSWER {
        child.start_kill()?;
    }
    let status = child.wait().await?;
    // A parser that died did not read to the end; how it died tells more.
    if status.success() {
        sent?;
    }
    Ok(Heard {
        status,
        answer,
        complaint,
    })
}

async fn send(stdin: Option<ChildStdin>, request: &Request, bytes: &[u8]) -> std::io::Result<()> {
    let mut stdin = stdin.ok_or_else(|| std::io::Error::other("the parser has no input"))?;
    stdin.write_all(&wire::frame(request)?).await?;
    stdin.write_all(bytes).await?;
    stdin.shutdown().await
}

async fn hear(from: Option<impl AsyncRead + Unpin>, longest: u64) -> std::io::Result<Vec<u8>> {
    let from = from.ok_or_else(|| std::io::Error::other("the parser has no output"))?;
    let mut heard = Vec::new();
    from.take(longest).read_to_end(&mut heard).await?;
    Ok(heard)
}

fn understand(heard: &Heard) -> Result<(Answer, Cost), ParseError> {
    if heard.status.success() {
        let Last { answer, cost } = wire::answer_in(&heard.answer)?;
        return match answer {
            Answer::Failed { code, message } => {
                Err(ParseError::Unusable(wire::failure(&code, message)))
            }
            Answer::Broken(message) => Err(ParseError::Unavailable(std::io::Error::other(message))),
            Answer::Parsed(_) | Answer::Table(_) | Answer::Page(_) => Ok((answer, cost)),
        };
    }
    let complaint = String::from_utf8_lossy(&heard.complaint);
    let failure = match heard.status.signal() {
        Some(SIGXCPU) => ParseFailure::took_too_long(),
        // Not by us: the system took it for want of memory.
        Some(SIGKILL) => ParseFailure::too_much_memory(),
        _ if complaint.contains(NO_MEMORY) => ParseFailure::too_much_memory(),
        _ => ParseFailure::parser_crashed(),
    };
    tracing::warn!(status = %heard.status, code = failure.code, "a parser died of a file");
    Err(ParseError::Unusable(failure))
}

/// An answer to something else.
fn unexpected() -> ParseError {
    ParseError::Unavailable(std::io::Error::other("it answers something else"))
}
