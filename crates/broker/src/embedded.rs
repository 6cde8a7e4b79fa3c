//! The broker for one process: the outbox table, drained where it is.
//!
//! A message is a committed row, so publishing is durable and survives a crash. One dispatcher
//! reads what is due, hands it to the lanes, and removes what is done, many rows at a time.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use xin_contracts::{Envelope, Queue, RoutingKey, topology};
use xin_domain::Clock;
use xin_storage::Database;
use xin_storage::system::{DeadLetter, OutboxRow};

use crate::error::{BrokerError, JobError};
use crate::handling::{self, Handler, Outcome};
use crate::lanes::Lanes;

/// How soon a message is found that was put off until later.
const POLL: Duration = Duration::from_millis(500);
/// What is done may wait this long to be removed together with more.
const REMOVAL_DELAY: Duration = Duration::from_millis(25);
const BATCH: u64 = 256;

/// The broker for one process.
pub struct EmbeddedBroker {
    database: Database,
    clock: Arc<dyn Clock>,
    consumers: Mutex<HashMap<&'static str, Consumer>>,
    consumers_changed: Notify,
}

#[derive(Clone)]
struct Consumer {
    queue: &'static Queue,
    prefetch: usize,
    handler: Arc<dyn Handler>,
    lanes: Lanes,
    stop: CancellationToken,
}

/// A message that is settled, one way or another.
struct Settled {
    row: OutboxRow,
    outcome: Outcome,
}

/// What the dispatcher has in its hands.
#[derive(Default)]
struct AtWork {
    positions: HashSet<i64>,
    by_queue: HashMap<&'static str, usize>,
    settled: Vec<Settled>,
}

impl EmbeddedBroker {
    pub fn new(database: Database, clock: Arc<dyn Clock>) -> Self {
        Self {
            database,
            clock,
            consumers: Mutex::default(),
            consumers_changed: Notify::new(),
        }
    }

    pub async fn publish(&self, envelopes: &[Envelope]) -> Result<(), BrokerError> {
        let transaction = self.database.system().await?;
        transaction.add_to_outbox(envelopes).await?;
        transaction.commit().await?;
        self.consumers_changed.notify_one();
        Ok(())
    }

    /// Registers a consumer; [`EmbeddedBroker::run`] brings it its messages.
    pub async fn consume(
        &self,
        queue: &'static Queue,
        prefetch: u16,
        handler: Arc<dyn Handler>,
        stop: CancellationToken,
    ) {
        let lanes = Lanes::default();
        let consumer = Consumer {
            queue,
            prefetch: usize::from(prefetch),
            handler,
            lanes: lanes.clone(),
            stop: stop.clone(),
        };
        self.consumers().insert(queue.name, consumer);
        self.consumers_changed.notify_one();
        stop.cancelled().await;
        self.consumers().remove(queue.name);
        lanes.drained().await;
    }

    /// Dispatches until `stop`, and until what is at work then is settled.
    pub async fn run(&self, stop: CancellationToken) {
        let (settle, mut settled) = mpsc::unbounded_channel();
        let mut at_work = AtWork::default();
        loop {
            if let Err(error) = self.round(&mut at_work, &settle).await {
                tracing::warn!(error = %error, "outbox not read, trying again");
                tokio::time::sleep(POLL).await;
            }
            if stop.is_cancelled() && at_work.positions.is_empty() {
                return;
            }
            tokio::select! {
                () = self.database.outbox_written() => {}
                () = self.consumers_changed.notified() => {}
                () = tokio::time::sleep(POLL) => {}
                Some(first) = settled.recv() => {
                    at_work.settled.push(first);
                    // Wait for company, unless there is work to look at.
                    tokio::select! {
                        () = self.database.outbox_written() => {}
                        () = tokio::time::sleep(REMOVAL_DELAY) => {}
                    }
                }
                () = stop.cancelled(), if at_work.positions.is_empty() => {}
            }
            while let Ok(more) = settled.try_recv() {
                at_work.settled.push(more);
            }
        }
    }

    /// Puts down what is settled and takes up what is due.
    async fn round(
        &self,
        at_work: &mut AtWork,
        settle: &mpsc::UnboundedSender<Settled>,
    ) -> Result<(), BrokerError> {
        self.put_down(at_work).await?;
        let consumers: Vec<Consumer> = self.consumers().values().cloned().collect();
        let mut free = HashMap::new();
        let mut keys: Vec<RoutingKey> = Vec::new();
        for consumer in consumers {
            let busy = at_work
                .by_queue
                .get(consumer.queue.name)
                .copied()
                .unwrap_or(0);
            if busy < consumer.prefetch && !consumer.stop.is_cancelled() {
                keys.extend(consumer.queue.keys);
                free.insert(consumer.queue.name, (consumer, busy));
            }
        }
        if keys.is_empty() {
            return Ok(());
        }
        let positions: Vec<i64> = at_work.positions.iter().copied().collect();
        let transaction = self.database.system_read().await?;
        let due = transaction
            .due_in_outbox(&keys, &positions, self.clock.now(), BATCH)
            .await?;
        transaction.commit().await?;
        let more_may_wait = u64::try_from(due.len()).is_ok_and(|found| found == BATCH);
        for row in due {
            let queue = row.envelope.routing_key.queue();
            let Some((consumer, busy)) = free.get_mut(queue.name) else {
                continue;
            };
            if *busy >= consumer.prefetch {
                continue;
            }
            *busy += 1;
            *at_work.by_queue.entry(queue.name).or_default() += 1;
            at_work.positions.insert(row.position);
            take_up(consumer, row, settle.clone());
        }
        if more_may_wait {
            self.consumers_changed.notify_one();
        }
        Ok(())
    }

    async fn put_down(&self, at_work: &mut AtWork) -> Result<(), BrokerError> {
        if at_work.settled.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let transaction = self.database.system().await?;
        let mut finished = Vec::new();
        for Settled { row, outcome } in &at_work.settled {
            match outcome {
                Outcome::Done => finished.push(row.position),
                Outcome::Abandoned => {}
                Outcome::Retry(error) => {
                    let attempt = row.envelope.attempt + 1;
                    let wait = retry_delay(attempt, error);
                    transaction
                        .defer_in_outbox(row.position, attempt, now + wait)
                        .await?;
                }
                Outcome::Dead(error) => {
                    transaction
                        .add_dead_letter(&row.envelope, &error.message, now)
                        .await?;
                    finished.push(row.position);
                }
            }
        }
        transaction.remove_from_outbox(&finished).await?;
        transaction.commit().await?;
        for Settled { row, .. } in at_work.settled.drain(..) {
            at_work.positions.remove(&row.position);
            let queue = row.envelope.routing_key.queue();
            if let Some(busy) = at_work.by_queue.get_mut(queue.name) {
                *busy = busy.saturating_sub(1);
            }
        }
        Ok(())
    }

    pub async fn dead_letters(&self, limit: u16) -> Result<Vec<DeadLetter>, BrokerError> {
        let transaction = self.database.system_read().await?;
        Ok(transaction.dead_letters(u64::from(limit)).await?)
    }

    pub async fn replay(&self, message_id: Uuid) -> Result<bool, BrokerError> {
        let transaction = self.database.system().await?;
        let Some(letter) = transaction.take_dead_letter(message_id).await? else {
            return Ok(false);
        };
        let envelope = Envelope {
            attempt: 0,
            ..letter.envelope
        };
        transaction.add_to_outbox(&[envelope]).await?;
        transaction.commit().await?;
        self.consumers_changed.notify_one();
        Ok(true)
    }

    fn consumers(&self) -> std::sync::MutexGuard<'_, HashMap<&'static str, Consumer>> {
        self.consumers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn take_up(consumer: &Consumer, row: OutboxRow, settle: mpsc::UnboundedSender<Settled>) {
    let Consumer {
        queue,
        handler,
        stop,
        ..
    } = consumer.clone();
    let key = row.envelope.ordering_key.clone();
    consumer.lanes.run(&key, async move {
        let outcome = handling::handle(&*handler, queue, &row.envelope, &stop).await;
        // The dispatcher outlives its jobs; if it is gone, so is the process.
        let _received = settle.send(Settled { row, outcome });
    });
}

fn retry_delay(attempt: u32, error: &JobError) -> TimeDelta {
    let (_, room) = topology::retry_room(attempt, Duration::ZERO);
    let wait = error.retry_after.map_or(room, |wanted| wanted.max(room));
    TimeDelta::from_std(wait).unwrap_or(TimeDelta::minutes(5))
}
