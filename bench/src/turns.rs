//! Whole turns: question, retrieval, a model without latency, answer, with journal, queue and
//! storage. Beside them the raw rate of as many PostgreSQL commits.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use sea_orm::{ConnectOptions, ConnectionTrait, DbBackend, Statement, TransactionTrait};
use xin_testkit::client::{Business, Customer};
use xin_testkit::postgres::TestDatabase;
use xin_testkit::stack::Stack;

use crate::processes::{cpu_seconds, cpu_seconds_of, resident_mib};

const QUESTIONS: u32 = 1000;
/// Questions on their way at once.
const AT_ONCE: usize = 64;
const PATIENCE: Duration = Duration::from_secs(120);
const EXTRA: [(&str, &str); 6] = [
    ("XIN_BURST_WINDOW_MS", "0"),
    ("XIN_LOG", "warn"),
    ("XIN_WIDGET_MESSAGES_PER_MINUTE", "100000"),
    ("XIN_VISITORS_PER_MINUTE", "1000000"),
    ("XIN_TENANT_CONCURRENCY", "64"),
    ("XIN_TURN_CONCURRENCY", "64"),
];

pub async fn run(programs: &Path) -> anyhow::Result<()> {
    println!("\n# Whole turns, {QUESTIONS} questions, {AT_ONCE} at once, a model without latency");
    let stack = Stack::one_program(programs, &EXTRA).await?;
    one_shape(&stack, "one program").await?;
    drop(stack);
    let stack = Stack::five_services(programs, &EXTRA).await?;
    let database = stack
        .database_url()
        .context("five services have a database")?
        .to_owned();
    let commits_before = commits(&database).await?;
    let seconds = one_shape(&stack, "five services").await?;
    // The server's statistics are written a moment late.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let made = commits(&database).await? - commits_before;
    let raw = raw_commits(made).await?;
    println!(
        "PostgreSQL commits for them: {made}; as many raw commits take {raw:.2} s: ratio {:.2}",
        raw / seconds
    );
    Ok(())
}

/// Answers how many seconds the turns took.
async fn one_shape(stack: &Stack, shape: &str) -> anyhow::Result<f64> {
    let business = Business::sign_up(stack, "گلستان").await;
    business
        .knows("تخفیف", "کد تخفیف مشتریان گلستان «زعفران۴۲» است.")
        .await;
    let site = business.web_channel().await;
    let mut customers = Vec::new();
    for _ in 0..QUESTIONS {
        customers.push(Customer::visit(stack, &site).await);
    }
    // One for warming up.
    Customer::visit(stack, &site)
        .await
        .asks("کد تخفیف چیست؟")
        .await;
    let own = || -> f64 {
        let ours = stack
            .processes
            .iter()
            .filter(|process| process.name() != "qdrant-stand-in");
        ours.filter_map(xin_testkit::stack::Process::id)
            .map(cpu_seconds)
            .sum()
    };
    let backing = || cpu_seconds_of("postgres") + cpu_seconds_of("beam.smp");
    let (own_before, backing_before) = (own(), backing());
    let began = Instant::now();
    let customers = futures::stream::iter(customers);
    futures::StreamExt::for_each_concurrent(customers, AT_ONCE, |customer| async move {
        customer.says("کد تخفیف چیست؟").await;
        let asked = Instant::now();
        while customer.of("ai").await.is_empty() {
            assert!(asked.elapsed() < PATIENCE, "a question was not answered");
            // Seldom, since every look costs what is measured.
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    })
    .await;
    let seconds = began.elapsed().as_secs_f64();
    let questions = f64::from(QUESTIONS);
    let own_cost = (own() - own_before) * 1000.0 / questions;
    let backing_cost = (backing() - backing_before) * 1000.0 / questions;
    println!(
        "{shape}: {:.0} turns/s; CPU-ms per turn: {own_cost:.2} in our processes, \
         {:.2} with PostgreSQL and RabbitMQ (reading the answer over HTTP included)",
        questions / seconds,
        own_cost + backing_cost
    );
    for process in &stack.processes {
        let memory = resident_mib(process.id().unwrap_or_default());
        println!("  {:<20}{memory:>8.1} MiB after the load", process.name());
    }
    Ok(seconds)
}

async fn connect(url: &str, connections: u32) -> anyhow::Result<sea_orm::DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).sqlx_logging(false);
    Ok(sea_orm::Database::connect(options).await?)
}

async fn commits(url: &str) -> anyhow::Result<i64> {
    let connection = connect(url, 1).await?;
    let sql = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()";
    let row = connection
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await?
        .context("no statistics")?;
    let count = row.try_get("", "xact_commit")?;
    connection.close().await?;
    Ok(count)
}

/// How long as many small commits take, over as many connections as one service has.
async fn raw_commits(count: i64) -> anyhow::Result<f64> {
    let made = TestDatabase::create().await?;
    let connection = connect(made.url(), 8).await?;
    connection
        .execute_unprepared("CREATE TABLE raw (id bigserial PRIMARY KEY, body text NOT NULL)")
        .await?;
    let began = Instant::now();
    let commits = futures::stream::iter(0..count);
    futures::StreamExt::for_each_concurrent(commits, 8, |_| async {
        let insert = async {
            let transaction = connection.begin().await?;
            let sql = "INSERT INTO raw (body) VALUES ($1)";
            let body = ["x".repeat(300).into()];
            transaction
                .execute_raw(Statement::from_sql_and_values(
                    DbBackend::Postgres,
                    sql,
                    body,
                ))
                .await?;
            transaction.commit().await
        };
        if let Err(error) = insert.await {
            eprintln!("raw commit: {error}");
        }
    })
    .await;
    Ok(began.elapsed().as_secs_f64())
}
