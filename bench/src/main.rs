//! Measures the running product, and breaks it on purpose.
//!
//! `xin-bench all` prints acknowledgements, turns, memory and start-up beside the raw rates of the
//! same machine; `xin-bench parsing [FILE…]` what files cost; `xin-bench faults` kills each process
//! in turn and counts what is lost or doubled; `xin-bench injections` attacks an obedient model and
//! counts what leaks.

mod acknowledgements;
mod faults;
mod footprint;
mod http;
mod injections;
mod parsing;
mod processes;
mod retrieval;
mod scale;
mod turns;

use std::path::PathBuf;

use anyhow::{Context, bail};

fn main() -> anyhow::Result<()> {
    let wanted = std::env::args().nth(1).unwrap_or_else(|| "all".to_owned());
    let programs = programs()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match wanted.as_str() {
            "all" => {
                footprint::run(&programs).await?;
                acknowledgements::run(&programs).await?;
                turns::run(&programs).await
            }
            "footprint" => footprint::run(&programs).await,
            "acknowledgements" => acknowledgements::run(&programs).await,
            "turns" => turns::run(&programs).await,
            "faults" => faults::run(&programs).await,
            "injections" => injections::run(&programs).await,
            "retrieval" => retrieval::run().await,
            "scale" => scale::run(std::env::args().nth(2).as_deref()).await,
            "parsing" => {
                let files: Vec<String> = std::env::args().skip(2).collect();
                parsing::run(&programs, &files).await
            }
            other => bail!(
                "unknown: {other}; all, footprint, acknowledgements, turns, faults, injections, \
                 retrieval, scale or parsing"
            ),
        }
    })
}

/// The folder of the built programs: the one this program is in.
fn programs() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    Ok(own
        .parent()
        .context("the program is in no folder")?
        .to_owned())
}
