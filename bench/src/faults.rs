//! `kill -9` of each process in turn while questions are in flight: after its restart every
//! question has exactly one reply.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::ensure;
use xin_testkit::client::{Business, Customer};
use xin_testkit::stack::Stack;

const QUESTIONS: usize = 200;
/// Into the burst window and the answering: something of every stage is in flight.
const KILL_AFTER: Duration = Duration::from_millis(400);
const DOWN_FOR: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(180);

/// What became of the questions of one round.
#[derive(Default)]
struct Count {
    answered: usize,
    lost: usize,
    doubled: usize,
}

pub async fn run(programs: &Path) -> anyhow::Result<()> {
    println!("{QUESTIONS} questions in flight, kill -9, restart after {DOWN_FOR:?}");
    println!(
        "{:<28}{:>10}{:>8}{:>9}{:>10}",
        "killed", "answered", "lost", "doubled", "seconds"
    );
    let extra = [
        ("XIN_WIDGET_MESSAGES_PER_MINUTE", "1000"),
        ("XIN_VISITORS_PER_MINUTE", "100000"),
    ];
    let mut failures = 0;
    let stack = Stack::one_program(programs, &extra).await?;
    failures += rounds(stack, "one program").await?;
    let stack = Stack::five_services(programs, &extra).await?;
    failures += rounds(stack, "five services").await?;
    ensure!(failures == 0, "{failures} questions were lost or doubled");
    Ok(())
}

async fn rounds(mut stack: Stack, shape: &str) -> anyhow::Result<usize> {
    let business = Business::sign_up(&stack, "گلستان").await;
    business
        .knows("تخفیف", "کد تخفیف مشتریان گلستان «زعفران۴۲» است.")
        .await;
    let site = business.web_channel().await;
    let names: Vec<_> = stack
        .processes
        .iter()
        .map(xin_testkit::stack::Process::name)
        .collect();
    let mut failures = 0;
    for name in names {
        let began = Instant::now();
        let count = round(&mut stack, &site, name).await?;
        failures += count.lost + count.doubled;
        println!(
            "{:<28}{:>10}{:>8}{:>9}{:>10.1}",
            format!("{shape}: {name}"),
            count.answered,
            count.lost,
            count.doubled,
            began.elapsed().as_secs_f64()
        );
    }
    Ok(failures)
}

async fn round(stack: &mut Stack, site: &str, name: &str) -> anyhow::Result<Count> {
    let mut customers = Vec::with_capacity(QUESTIONS);
    for _ in 0..QUESTIONS {
        customers.push(Customer::visit(stack, site).await);
    }
    let asking: Vec<_> = customers
        .into_iter()
        .map(|customer| {
            tokio::spawn(async move {
                customer.says("کد تخفیف چیست؟").await;
                customer
            })
        })
        .collect();
    tokio::time::sleep(KILL_AFTER).await;
    let process = stack.process(name)?;
    process.kill()?;
    tokio::time::sleep(DOWN_FOR).await;
    process.start()?;
    stack.ready().await?;
    let mut customers = Vec::with_capacity(QUESTIONS);
    for asked in asking {
        customers.push(asked.await?);
    }
    let began = Instant::now();
    let mut waiting: Vec<usize> = (0..customers.len()).collect();
    while !waiting.is_empty() && began.elapsed() < PATIENCE {
        let mut still = Vec::new();
        for index in waiting {
            let Some(customer) = customers.get(index) else {
                continue;
            };
            if customer.of("ai").await.is_empty() {
                still.push(index);
            }
        }
        waiting = still;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Long enough for a second reply to show itself.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mut count = Count::default();
    for customer in &customers {
        match customer.of("ai").await.len() {
            0 => count.lost += 1,
            1 => count.answered += 1,
            _ => count.doubled += 1,
        }
        if customer.of("customer").await.len() != 1 {
            count.doubled += 1;
        }
    }
    Ok(count)
}
