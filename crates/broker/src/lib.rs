//! Messages between services: publish, consume, retry, dead-letter.
//!
//! Two brokers, one behaviour. `amqp://` is `RabbitMQ`: quorum queues, publisher confirms, waiting
//! rooms by TTL. `embedded:` is the outbox table itself, drained in this process: it survives a
//! crash because it is the database. Delivery is at least once on both; handlers are idempotent.
//!
//! ```no_run
//! # async fn example(database: xin_storage::Database, stop: tokio_util::sync::CancellationToken,
//! #     handler: std::sync::Arc<dyn xin_broker::Handler>) -> Result<(), xin_broker::BrokerError> {
//! let clock = std::sync::Arc::new(xin_domain::SystemClock);
//! let broker = xin_broker::Broker::open("embedded:", database, clock)?;
//! let consumer = broker.consume(&xin_contracts::topology::INBOUND, 64, handler, stop);
//! consumer.await;
//! # Ok(()) }
//! ```

mod embedded;
mod error;
mod handling;
mod lanes;
mod rabbit;
mod relay;
pub mod trace;

use std::sync::Arc;

use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use xin_contracts::messages::LiveSignal;
use xin_contracts::{Envelope, Queue};
use xin_domain::Clock;
use xin_storage::Database;

pub use error::{BrokerError, JobError};
pub use handling::Handler;
pub use xin_storage::system::DeadLetter;

use embedded::EmbeddedBroker;
use rabbit::RabbitBroker;

/// How many signals a slow listener may lag behind before it misses some (and looks for itself).
const LIVE_BUFFER: usize = 1024;

/// The broker. Cheap to clone.
#[derive(Clone)]
pub struct Broker {
    backend: Backend,
    live: broadcast::Sender<Arc<LiveSignal>>,
    database: Database,
}

#[derive(Clone)]
enum Backend {
    Embedded(Arc<EmbeddedBroker>),
    Rabbit(Arc<RabbitBroker>),
}

impl Broker {
    /// Opens the broker of a `embedded:` or `amqp://…` address, within the runtime that is to drive
    /// it. `RabbitMQ` need not be up yet.
    pub fn open(url: &str, database: Database, clock: Arc<dyn Clock>) -> Result<Self, BrokerError> {
        let (live, _) = broadcast::channel(LIVE_BUFFER);
        let backend = if url.starts_with("embedded:") {
            Backend::Embedded(Arc::new(EmbeddedBroker::new(database.clone(), clock)))
        } else if url.starts_with("amqp://") || url.starts_with("amqps://") {
            Backend::Rabbit(Arc::new(RabbitBroker::new(url.to_owned(), clock)))
        } else {
            return Err(BrokerError::Address(
                "BROKER_URL must be embedded: or begin with amqp:// or amqps://".to_owned(),
            ));
        };
        Ok(Self {
            backend,
            live,
            database,
        })
    }

    /// Publishes messages durably: when this returns, they survive a crash of everything.
    pub async fn publish(&self, envelopes: &[Envelope]) -> Result<(), BrokerError> {
        match &self.backend {
            Backend::Embedded(embedded) => embedded.publish(envelopes).await,
            Backend::Rabbit(rabbit) => rabbit.publish(envelopes).await,
        }
    }

    /// Handles the messages of a queue, at most `prefetch` at a time, those with the same ordering
    /// key one after the other, until `stop`; then finishes what is at work. A message that has to
    /// wait in a retry room is overtaken by those behind it.
    pub async fn consume(
        &self,
        queue: &'static Queue,
        prefetch: u16,
        handler: Arc<dyn Handler>,
        stop: CancellationToken,
    ) {
        match &self.backend {
            Backend::Embedded(embedded) => embedded.consume(queue, prefetch, handler, stop).await,
            Backend::Rabbit(rabbit) => rabbit.consume(queue, prefetch, handler, stop).await,
        }
    }

    /// Moves what was committed to the outbox on to the queues, until `stop`.
    pub async fn run_relay(&self, stop: CancellationToken) {
        match &self.backend {
            Backend::Embedded(embedded) => embedded.run(stop).await,
            Backend::Rabbit(rabbit) => relay::run(&self.database, rabbit, stop).await,
        }
    }

    /// Tells every listening process that something changed. Losing a signal loses nothing.
    pub fn signal(&self, signal: LiveSignal) {
        match &self.backend {
            Backend::Embedded(_) => {
                // No listener is no error: nobody is watching.
                let _watching = self.live.send(Arc::new(signal));
            }
            Backend::Rabbit(rabbit) => rabbit.signal(signal),
        }
    }

    /// The signals of all processes from here on. [`Broker::run_listener`] must be running.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Arc<LiveSignal>> {
        self.live.subscribe()
    }

    /// Brings the signals of other processes to [`Broker::listen`], until `stop`.
    pub async fn run_listener(&self, stop: CancellationToken) {
        match &self.backend {
            Backend::Embedded(_) => stop.cancelled().await,
            Backend::Rabbit(rabbit) => rabbit.run_listener(&self.live, stop).await,
        }
    }

    /// Asks the broker for a sign of life.
    pub async fn check(&self) -> Result<(), BrokerError> {
        match &self.backend {
            Backend::Embedded(_) => Ok(self.database.check().await?),
            Backend::Rabbit(rabbit) => rabbit.check().await,
        }
    }

    /// Messages that no handler could take, for an operator to look at.
    pub async fn dead_letters(&self, limit: u16) -> Result<Vec<DeadLetter>, BrokerError> {
        match &self.backend {
            Backend::Embedded(embedded) => embedded.dead_letters(limit).await,
            Backend::Rabbit(rabbit) => rabbit.dead_letters(limit).await,
        }
    }

    /// Puts a dead letter back on its queue; false when there is none of that id.
    pub async fn replay(&self, message_id: Uuid) -> Result<bool, BrokerError> {
        match &self.backend {
            Backend::Embedded(embedded) => embedded.replay(message_id).await,
            Backend::Rabbit(rabbit) => rabbit.replay(message_id).await,
        }
    }

    /// The name of the backend, for logs and health.
    #[must_use]
    pub fn backend_name(&self) -> &'static str {
        match self.backend {
            Backend::Embedded(_) => "embedded",
            Backend::Rabbit(_) => "rabbitmq",
        }
    }
}
