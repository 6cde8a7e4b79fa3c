//! Publishes what was committed to the outbox.
//!
//! The rows are held while they are published and removed when the broker has confirmed them, all
//! in one transaction: a crash in between publishes them again, and consumers are idempotent.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use xin_storage::Database;

use crate::error::BrokerError;
use crate::rabbit::RabbitBroker;

/// Rows per transaction: enough to share one round of confirms, few enough to confirm in moments.
const BATCH: u64 = 256;
/// How soon rows are found that another process wrote and could not publish.
const POLL: Duration = Duration::from_secs(1);
/// Rows must not be held longer: readers of live events wait for the oldest transaction.
const LONGEST_HOLD: Duration = Duration::from_secs(5);

/// Runs until `stop`, and then once more, so that nothing committed waits for the next start.
pub async fn run(database: &Database, rabbit: &RabbitBroker, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = database.outbox_written() => {}
            () = tokio::time::sleep(POLL) => {}
            () = stop.cancelled() => {
                drain(database, rabbit).await;
                return;
            }
        }
        drain(database, rabbit).await;
    }
}

async fn drain(database: &Database, rabbit: &RabbitBroker) {
    loop {
        // Nothing is taken up that could not be put down.
        let outcome = match rabbit.check().await {
            Ok(()) => publish_batch(database, rabbit).await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(0) => return,
            Ok(published) => {
                metrics::counter!("outbox_published_total").increment(published);
            }
            Err(error) => {
                tracing::warn!(error = %error, "outbox not published, trying again");
                tokio::time::sleep(POLL).await;
                return;
            }
        }
    }
}

async fn publish_batch(database: &Database, rabbit: &RabbitBroker) -> Result<u64, BrokerError> {
    let transaction = database.system().await?;
    let rows = transaction.lock_outbox(BATCH).await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let (positions, envelopes): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .map(|row| (row.position, row.envelope))
        .unzip();
    tokio::time::timeout(LONGEST_HOLD, rabbit.publish(&envelopes))
        .await
        .map_err(|_elapsed| BrokerError::Unavailable("no confirm in time".to_owned()))??;
    transaction.remove_from_outbox(&positions).await?;
    transaction.commit().await?;
    Ok(u64::try_from(positions.len()).unwrap_or(u64::MAX))
}
