//! Webhook acknowledgements per second, beside raw publisher confirms per second on the same
//! RabbitMQ, with the same number in flight and messages of the same size.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use futures::stream::{FuturesUnordered, StreamExt};
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Connection, ConnectionProperties};
use serde_json::json;
use xin_testkit::client::{Business, text};
use xin_testkit::rabbit::TestBroker;
use xin_testkit::stack::Stack;
use xin_testkit::telegram_stand_in::TelegramStandIn;

use crate::http::{Connection as Http, post};

const IN_FLIGHT: [usize; 3] = [1, 16, 64];
const EACH: Duration = Duration::from_secs(5);
/// About what a Telegram text becomes in its envelope.
const MESSAGE_BYTES: usize = 420;

/// What one run measured.
struct Rate {
    per_second: f64,
    p50: Duration,
    p99: Duration,
}

pub async fn run(programs: &Path) -> anyhow::Result<()> {
    println!("\n# Webhook acknowledgements beside raw publisher confirms");
    println!(
        "{:<12}{:>10}{:>10}{:>10}{:>12}{:>10}{:>10}{:>8}",
        "in flight", "acks/s", "p50 ms", "p99 ms", "confirms/s", "p50 ms", "p99 ms", "ratio"
    );
    let telegram = TelegramStandIn::start().await?;
    let url = telegram.url();
    let mut stack = Stack::five_services(
        programs,
        &[
            ("TELEGRAM_API_URL", url.as_str()),
            ("XIN_PUBLIC_URL", "http://127.0.0.1:1"),
            ("XIN_LOG", "warn"),
        ],
    )
    .await?;
    let business = Business::sign_up(&stack, "گلستان").await;
    let channel = json!({"kind": "telegram", "name": "ربات", "token": "123456:test-token",
        "mode": "webhook"});
    let channel = business.post("/channels", channel).await;
    let path = format!(
        "/hooks/telegram/{}",
        text(channel.get("public_id").context("no public id")?)
    );
    let secret = telegram.webhook_secret().unwrap_or_default();
    // What is measured is taking in; answering would share the cores.
    for name in ["conversation", "ai-orchestrator"] {
        stack.process(name)?.terminate()?;
    }
    let address = stack.hooks.trim_start_matches("http://").to_owned();
    for in_flight in IN_FLIGHT {
        let acks = acknowledgements(&address, &path, &secret, in_flight).await?;
        let raw = confirms(in_flight).await?;
        println!(
            "{in_flight:<12}{:>10.0}{:>10.2}{:>10.2}{:>12.0}{:>10.2}{:>10.2}{:>8.2}",
            acks.per_second,
            milliseconds(acks.p50),
            milliseconds(acks.p99),
            raw.per_second,
            milliseconds(raw.p50),
            milliseconds(raw.p99),
            acks.per_second / raw.per_second
        );
    }
    Ok(())
}

async fn acknowledgements(
    address: &str,
    path: &str,
    secret: &str,
    in_flight: usize,
) -> anyhow::Result<Rate> {
    let until = Instant::now() + EACH;
    let mut tasks = Vec::new();
    for worker in 0..in_flight {
        let (address, path, secret) = (address.to_owned(), path.to_owned(), secret.to_owned());
        tasks.push(tokio::spawn(async move {
            let mut connection = Http::open(&address).await?;
            let mut taken = Vec::new();
            let mut number = 0_usize;
            while Instant::now() < until {
                number += 1;
                let body = update(worker, number);
                let headers = [("X-Telegram-Bot-Api-Secret-Token", secret.as_str())];
                let request = post(&address, &path, &headers, &body);
                let began = Instant::now();
                let status = connection.send(&request).await?;
                ensure!(status == 200, "the webhook answered {status}");
                taken.push(began.elapsed());
            }
            Ok::<_, anyhow::Error>(taken)
        }));
    }
    let mut taken = Vec::new();
    for task in tasks {
        taken.extend(task.await??);
    }
    Ok(rate(taken))
}

fn update(worker: usize, number: usize) -> String {
    json!({
        "update_id": worker * 1_000_000 + number,
        "message": {
            "message_id": number,
            "date": 1_800_000_000,
            "chat": {"id": 10_000 + worker, "type": "private", "first_name": "نگار"},
            "from": {"id": 10_000 + worker, "is_bot": false, "first_name": "نگار"},
            "text": "سلام، هزینهٔ ارسال به شیراز چقدر است؟",
        },
    })
    .to_string()
}

async fn confirms(in_flight: usize) -> anyhow::Result<Rate> {
    let host = TestBroker::create()?;
    let connection = Connection::connect(host.url(), ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    channel
        .confirm_select(ConfirmSelectOptions::default())
        .await?;
    let mut arguments = FieldTable::default();
    arguments.insert(
        "x-queue-type".into(),
        AMQPValue::LongString("quorum".into()),
    );
    channel
        .queue_declare("raw".into(), QueueDeclareOptions::durable(), arguments)
        .await?;
    let body = vec![b'x'; MESSAGE_BYTES];
    let publish = || async {
        let began = Instant::now();
        let options = BasicPublishOptions {
            mandatory: true,
            ..Default::default()
        };
        let properties = BasicProperties::default().with_delivery_mode(2);
        let confirm = channel
            .basic_publish("".into(), "raw".into(), options, &body, properties)
            .await?
            .await?;
        ensure!(confirm.is_ack(), "not confirmed");
        Ok::<_, anyhow::Error>(began.elapsed())
    };
    let until = Instant::now() + EACH;
    let mut taken = Vec::new();
    let mut pending = FuturesUnordered::new();
    for _ in 0..in_flight {
        pending.push(publish());
    }
    while let Some(done) = pending.next().await {
        taken.push(done?);
        if Instant::now() < until {
            pending.push(publish());
        }
    }
    drop(pending);
    connection.close(200, "done".into()).await?;
    Ok(rate(taken))
}

fn rate(mut taken: Vec<Duration>) -> Rate {
    taken.sort_unstable();
    let at = |share: usize| {
        taken
            .get(taken.len() * share / 100)
            .copied()
            .unwrap_or_default()
    };
    let count = u32::try_from(taken.len()).unwrap_or(u32::MAX);
    Rate {
        per_second: f64::from(count) / EACH.as_secs_f64(),
        p50: at(50),
        p99: at(99),
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
