//! Begins the runs that are due.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use xin_broker::JobError;

use super::run::queue;
use crate::Platform;

/// How often it is looked. A website is read anew after hours, so a minute more does not matter.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// Runs that begin at once at the most; the others begin at the next look.
const AT_ONCE: u64 = 100;

/// Looks until `stop`.
pub async fn run(platform: &Platform, stop: &CancellationToken) {
    loop {
        if let Err(error) = queue_due(platform).await {
            tracing::warn!(error = %error, "websites that are due not read, trying again");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Queues the runs that are due now; answers how many. Of several processes that look at the same
/// time one queues a run, since its row changes with it.
pub async fn queue_due(platform: &Platform) -> Result<usize, JobError> {
    let now = platform.clock.now();
    let system = platform.database.system_read().await?;
    let due = system.due_websites(now, AT_ONCE).await?;
    drop(system);
    let mut queued = 0;
    for (tenant, website) in due {
        let tx = platform.database.tenant(tenant).await?;
        if let Some(number) = tx.websites().queue_run(website, now).await? {
            queue(platform, &tx, website, number).await?;
            tx.commit().await?;
            queued += 1;
        }
    }
    Ok(queued)
}
