//! Declares what `contracts::topology` names.

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, ExchangeKind};
use xin_contracts::topology::{
    DEAD_EXCHANGE, DEAD_QUEUE, EVENTS_EXCHANGE, LIVE_EXCHANGE, QUEUES, RETRY_ROOMS,
};

/// How often a message may come back because its consumer died: a restart of everything costs one,
/// so a message that kills its consumer every time is put aside after this many.
const DELIVERY_LIMIT: i32 = 20;

pub async fn declare(channel: &Channel) -> Result<(), lapin::Error> {
    for (name, kind) in [
        (EVENTS_EXCHANGE, ExchangeKind::Topic),
        (DEAD_EXCHANGE, ExchangeKind::Fanout),
        (LIVE_EXCHANGE, ExchangeKind::Fanout),
    ] {
        exchange(channel, name, kind).await?;
    }
    let arguments = [
        ("x-queue-type", text("quorum")),
        // Looking at a dead letter counts as a delivery, and from RabbitMQ 4 on there is a limit of
        // 20 where none is given. Version 3 has no word for none.
        ("x-delivery-limit", AMQPValue::LongInt(i32::MAX)),
    ];
    queue(channel, DEAD_QUEUE, &arguments).await?;
    bind(channel, DEAD_QUEUE, DEAD_EXCHANGE, "").await?;
    for wanted in QUEUES {
        let arguments = [
            // Replicated, and the only kind that keeps count of deliveries.
            ("x-queue-type", text("quorum")),
            ("x-delivery-limit", AMQPValue::LongInt(DELIVERY_LIMIT)),
            (
                "x-single-active-consumer",
                AMQPValue::Boolean(wanted.single),
            ),
            ("x-dead-letter-exchange", text(DEAD_EXCHANGE)),
            // Without these two a message could be lost between the queues.
            ("x-dead-letter-strategy", text("at-least-once")),
            ("x-overflow", text("reject-publish")),
        ];
        queue(channel, wanted.name, &arguments).await?;
        for key in wanted.keys {
            bind(channel, wanted.name, EVENTS_EXCHANGE, key.as_str()).await?;
        }
    }
    for (room, wait) in RETRY_ROOMS {
        exchange(channel, room, ExchangeKind::Fanout).await?;
        let milliseconds = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
        let arguments = [
            ("x-queue-type", text("quorum")),
            ("x-message-ttl", AMQPValue::LongInt(milliseconds)),
            // Back through the default exchange: a message is published to the room with its
            // queue's name as the routing key, which it keeps.
            ("x-dead-letter-exchange", text("")),
            ("x-dead-letter-strategy", text("at-least-once")),
            ("x-overflow", text("reject-publish")),
        ];
        queue(channel, room, &arguments).await?;
        bind(channel, room, room, "").await?;
    }
    Ok(())
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(value.into())
}

async fn exchange(channel: &Channel, name: &str, kind: ExchangeKind) -> Result<(), lapin::Error> {
    let options = ExchangeDeclareOptions {
        durable: true,
        ..Default::default()
    };
    channel
        .exchange_declare(name.into(), kind, options, FieldTable::default())
        .await
}

async fn queue(
    channel: &Channel,
    name: &str,
    arguments: &[(&str, AMQPValue)],
) -> Result<(), lapin::Error> {
    let mut table = FieldTable::default();
    for (key, value) in arguments {
        table.insert((*key).into(), value.clone());
    }
    channel
        .queue_declare(name.into(), QueueDeclareOptions::durable(), table)
        .await
        .map(drop)
}

async fn bind(
    channel: &Channel,
    queue: &str,
    exchange: &str,
    key: &str,
) -> Result<(), lapin::Error> {
    channel
        .queue_bind(
            queue.into(),
            exchange.into(),
            key.into(),
            QueueBindOptions::default(),
            FieldTable::default(),
        )
        .await
}
