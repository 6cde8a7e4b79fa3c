//! The life of a conversation: records what customers do, owns turns, accepts replies, delivers.
//!
//! Each operation is one transaction under the conversation's row lock, and what other services
//! must hear of it is written to the outbox in the same transaction.

mod accept_reply;
mod deliver_message;
mod gaps;
mod outside;
mod record_inbound;
mod retention;
mod typing;

use std::sync::Arc;
use std::time::Duration;

use xin_broker::{Broker, Handler};
use xin_channels::Senders;
use xin_contracts::topology;
use xin_domain::{Clock, IdSource};
use xin_platform::Parts;
use xin_runtime::Shutdown;
use xin_runtime::secrets::Keyring;
use xin_storage::Database;

pub use accept_reply::AcceptReply;
pub use deliver_message::DeliverMessage;
pub use record_inbound::RecordInbound;

use typing::Typing;

/// What this service is made of.
#[derive(Clone)]
pub struct Platform {
    /// The database.
    pub database: Database,
    /// The broker.
    pub broker: Broker,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn IdSource>,
    /// Opens the channels' tokens.
    pub keyring: Arc<Keyring>,
    /// Talks to the channels' platforms.
    pub senders: Senders,
    /// Short messages within this time become one turn.
    pub burst_window: Duration,
    /// A turn has its reply after this time, whatever happens.
    pub turn_deadline: Duration,
    /// How many messages of a queue are at work at once.
    pub prefetch: u16,
}

impl Platform {
    /// The service of these parts.
    #[must_use]
    pub fn of(parts: &Parts) -> Self {
        Self {
            database: parts.database.clone(),
            broker: parts.broker.clone(),
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
            keyring: Arc::clone(&parts.keyring),
            senders: parts.senders(),
            burst_window: parts.settings.burst_window,
            turn_deadline: parts.settings.turn_deadline,
            prefetch: parts.settings.broker_prefetch,
        }
    }
}

/// Runs until shutdown, and then until what is at work is done.
pub fn run(platform: &Platform, shutdown: &Shutdown) {
    let typing = Typing::new(platform.clone());
    let consumers: [(_, Arc<dyn Handler>); 3] = [
        (
            &topology::INBOUND,
            Arc::new(RecordInbound::new(platform.clone(), typing.clone())),
        ),
        (
            &topology::PROPOSALS,
            Arc::new(AcceptReply::new(platform.clone(), typing)),
        ),
        (
            &topology::DELIVERIES,
            Arc::new(DeliverMessage::new(platform.clone())),
        ),
    ];
    for (queue, handler) in consumers {
        let broker = platform.broker.clone();
        let (prefetch, stop) = (platform.prefetch, shutdown.soft());
        shutdown.spawn(queue.name, async move {
            broker.consume(queue, prefetch, handler, stop).await;
        });
    }
    shutdown.spawn(
        "retention",
        retention::run(platform.clone(), shutdown.soft()),
    );
}
