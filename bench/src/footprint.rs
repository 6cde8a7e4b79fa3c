//! Idle memory and start-up time of each process.

use std::path::Path;
use std::time::{Duration, Instant};

use xin_testkit::stack::Stack;

use crate::processes::{cpu_seconds, resident_mib};

/// After this a process has nothing left to do but wait.
const SETTLE: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(10);

pub async fn run(programs: &Path) -> anyhow::Result<()> {
    println!("\n# Footprint, idle");
    println!(
        "{:<20}{:>12}{:>14}{:>14}",
        "process", "ready in s", "memory in MiB", "CPU in %"
    );
    let total = measure(Stack::one_program(programs, &[]).await?).await?;
    println!("one program: {total:.1} MiB");
    let total = measure(Stack::five_services(programs, &[]).await?).await?;
    println!("five services together: {total:.1} MiB");
    Ok(())
}

async fn measure(mut stack: Stack) -> anyhow::Result<f64> {
    // Again, now that the tables and the topology are there: what a restart costs.
    let http = stack.http.clone();
    let mut ready_in = Vec::new();
    for process in stack
        .processes
        .iter_mut()
        .filter(|process| is_ours(process.name()))
    {
        process.terminate()?;
        let began = Instant::now();
        process.start()?;
        process.ready(&http).await?;
        ready_in.push(began.elapsed());
    }
    tokio::time::sleep(SETTLE).await;
    let before: Vec<f64> = ids(&stack).map(cpu_seconds).collect();
    tokio::time::sleep(IDLE).await;
    let mut total = 0.0;
    let ours = stack
        .processes
        .iter()
        .filter(|process| is_ours(process.name()));
    for ((process, ready), before) in ours.zip(ready_in).zip(before) {
        let id = process.id().unwrap_or_default();
        let memory = resident_mib(id);
        let busy = (cpu_seconds(id) - before) / IDLE.as_secs_f64() * 100.0;
        let ready = ready.as_secs_f64();
        println!(
            "{:<20}{ready:>12.2}{memory:>14.1}{busy:>14.1}",
            process.name()
        );
        total += memory;
    }
    Ok(total)
}

/// Whether a process is the product's, and not one that stands in for somebody else's.
fn is_ours(name: &str) -> bool {
    name != "qdrant-stand-in"
}

fn ids(stack: &Stack) -> impl Iterator<Item = u32> + '_ {
    stack
        .processes
        .iter()
        .map(|process| process.id().unwrap_or_default())
}
