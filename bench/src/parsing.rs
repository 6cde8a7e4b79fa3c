//! What making text of files costs: in the process that parses them, and in cutting and weighing
//! what comes out.

mod samples;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use xin_documents::ParsedDocument;
use xin_documents::chunk::chunk;
use xin_documents::sandbox::{Limits, ParseError, Parser};
use xin_text::sparse;

use crate::processes::cpu_seconds;
use samples::Sample;

/// What 100 KB of text may cost, all steps together.
const MOST_CPU_SECONDS: f64 = 0.02;
const HUNDRED_KB: f64 = 100.0 * 1_024.0;
const MIB: f64 = 1_024.0 * 1_024.0;

/// Measures every format over files made here, and over those named.
pub async fn run(programs: &Path, files: &[String]) -> anyhow::Result<()> {
    let limits = Limits {
        time: Duration::from_secs(600),
        ..Limits::default()
    };
    let parser = Parser::new(programs.join("xin"), limits);
    println!("\n# Parsing, CPU seconds per 100 KB of text");
    println!(
        "{:<24}{:>8}{:>8}{:>8}{:>9}{:>9}{:>9}{:>9}{:>12}{:>10}",
        "file",
        "MB in",
        "MB text",
        "MB/s",
        "parse",
        "cut",
        "weigh",
        "all",
        "1000 pages",
        "peak MiB"
    );
    let mut dearest: f64 = 0.0;
    for sample in samples::all()? {
        dearest = dearest.max(measure(&parser, &sample).await?);
    }
    for file in files {
        let sample = Sample {
            name: file.rsplit('/').next().unwrap_or(file).to_owned(),
            bytes: std::fs::read(file).with_context(|| file.clone())?,
        };
        measure(&parser, &sample).await?;
    }
    println!("the dearest format: {dearest:.4} s, {MOST_CPU_SECONDS} allowed");
    if dearest > MOST_CPU_SECONDS {
        bail!("a format costs more than is allowed");
    }
    Ok(())
}

/// Measures one file; answers the CPU seconds per 100 KB of its text.
async fn measure(parser: &Parser, sample: &Sample) -> anyhow::Result<f64> {
    let began = Instant::now();
    let parsed = parser
        .parse_measured(&sample.bytes, Some(&sample.name))
        .await;
    let wall = began.elapsed().as_secs_f64();
    let (document, cost) = match parsed {
        Ok(parsed) => parsed,
        Err(ParseError::Unusable(failure)) => bail!("{}: {}", sample.name, failure.message),
        Err(error @ ParseError::Unavailable(_)) => return Err(error.into()),
    };
    let text: usize = document
        .sections
        .iter()
        .map(|section| section.text.len())
        .sum();
    let (cut, weigh) = tokio::task::spawn_blocking(move || cut_and_weigh(&document)).await?;
    let (text, read) = (number(text), number(sample.bytes.len()));
    let hundreds = text / HUNDRED_KB;
    let all = (cost.cpu_seconds + cut.seconds + weigh) / hundreds;
    let pages = cut.pages.map_or_else(String::new, |pages| {
        format!("{:.2}", cost.cpu_seconds / pages * 1_000.0)
    });
    println!(
        "{:<24}{:>8.2}{:>8.2}{:>8.1}{:>9.4}{:>9.4}{:>9.4}{:>9.4}{:>12}{:>10.1}",
        sample.name,
        read / MIB,
        text / MIB,
        read / MIB / wall,
        cost.cpu_seconds / hundreds,
        cut.seconds / hundreds,
        weigh / hundreds,
        all,
        pages,
        number(usize::try_from(cost.peak_bytes)?) / MIB,
    );
    Ok(all)
}

struct Cut {
    seconds: f64,
    pages: Option<f64>,
}

/// Cuts a document into passages and makes their sparse vectors, as ingestion does; answers the
/// CPU seconds of both.
fn cut_and_weigh(document: &ParsedDocument) -> (Cut, f64) {
    let own = std::process::id();
    let began = cpu_seconds(own);
    let chunks = chunk("راهنما", document);
    let cut = cpu_seconds(own);
    for chunk in &chunks {
        std::hint::black_box(sparse::document("راهنما", &chunk.text));
    }
    let weighed = cpu_seconds(own);
    let last = document
        .sections
        .iter()
        .rev()
        .find_map(|section| section.page);
    let pages = last.map(f64::from);
    let seconds = cut - began;
    (Cut { seconds, pages }, weighed - cut)
}

/// Sizes here are far below what a number holds exactly.
fn number(size: usize) -> f64 {
    f64::from(u32::try_from(size).unwrap_or(u32::MAX))
}
