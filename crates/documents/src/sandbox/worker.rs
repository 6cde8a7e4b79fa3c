//! The other side: a process that parses one file and ends.

use std::io::{BufWriter, Read};
use std::process::ExitCode;
use std::thread;

use rlimit::Resource;

use super::wire::{Answer, Last, Request, Task, request_from, write};
use super::{Cost, WORKER};
use crate::{ParseFailure, html, parse, table};

/// Libraries that read trees go as deep as the file does.
const STACK: usize = 64 * 1_024 * 1_024;
/// Files that are open at the same time: the three it begins with, and a few for libraries.
const MOST_FILES: u64 = 16;
/// The kernel counts CPU in hundredths of a second on every Linux we run on.
const TICKS_PER_SECOND: f64 = 100.0;

/// Parses one file and says how it went, when this process was started as a parser. The first line
/// of the `main` of every program that is used as one.
#[must_use]
pub fn serve_if_worker() -> Option<ExitCode> {
    let asked = std::env::args_os().nth(1)?;
    (asked == WORKER).then(serve)
}

fn serve() -> ExitCode {
    let answer = answer().unwrap_or_else(|error| Answer::Broken(error.to_string()));
    let last = Last {
        answer,
        cost: cost().unwrap_or_default(),
    };
    match write(BufWriter::new(std::io::stdout().lock()), &last) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the answer could not be given: {error}");
            ExitCode::FAILURE
        }
    }
}

fn answer() -> std::io::Result<Answer> {
    let mut stdin = std::io::stdin().lock();
    let request = request_from(&mut stdin)?;
    limit(&request)?;
    let mut bytes = Vec::new();
    stdin.read_to_end(&mut bytes)?;
    let work = move || done(&request.task, &bytes);
    let worker = thread::Builder::new().stack_size(STACK).spawn(work)?;
    let answer = worker.join();
    Ok(answer.unwrap_or_else(|_panic| Answer::failed(ParseFailure::parser_crashed())))
}

fn done(task: &Task, bytes: &[u8]) -> Answer {
    let answer = match task {
        Task::Parse { file_name } => parse(bytes, file_name.as_deref()).map(Answer::Parsed),
        Task::Table { file_name } => table::read(bytes, file_name.as_deref()).map(Answer::Table),
        Task::Page { content_type, url } => {
            html::page(bytes, content_type.as_deref(), url.as_ref())
                .map(|page| Answer::Page(Box::new(page)))
        }
    };
    answer.unwrap_or_else(Answer::failed)
}

/// From here on this process may use no more than it was told.
fn limit(request: &Request) -> std::io::Result<()> {
    let stack = u64::try_from(STACK).unwrap_or(u64::MAX);
    let memory = used_by_program()?
        .saturating_add(request.memory_bytes)
        .saturating_add(stack);
    set(Resource::AS, memory, memory)?;
    // At the first limit it is told, at the second it is killed.
    set(
        Resource::CPU,
        request.cpu_seconds,
        request.cpu_seconds.saturating_add(1),
    )?;
    set(Resource::CORE, 0, 0)?;
    set(Resource::FSIZE, 0, 0)?;
    set(Resource::NOFILE, MOST_FILES, MOST_FILES)
}

/// A limit that is lower already stays.
fn set(resource: Resource, soft: u64, hard: u64) -> std::io::Result<()> {
    let (_, highest) = resource.get()?;
    resource.set(soft.min(highest), hard.min(highest))
}

/// The bytes of address space that the program takes before it does anything.
fn used_by_program() -> std::io::Result<u64> {
    let used = status("VmSize:")?;
    used.ok_or_else(|| std::io::Error::other("the system does not tell how much memory is used"))
}

/// What this process has used so far.
fn cost() -> std::io::Result<Cost> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The name in parentheses may hold spaces; user and system time are the 14th and 15th field.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u32 = ticks.filter_map(|field| field.parse::<u32>().ok()).sum();
    Ok(Cost {
        peak_bytes: status("VmHWM:")?.unwrap_or_default(),
        cpu_seconds: f64::from(ticks) / TICKS_PER_SECOND,
    })
}

/// Bytes that the kernel counts for this process.
fn status(name: &str) -> std::io::Result<Option<u64>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok());
    Ok(kilobytes.map(|kilobytes: u64| kilobytes.saturating_mul(1_024)))
}
