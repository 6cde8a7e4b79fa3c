//! Forgets what is past its time, every hour.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::Platform;

const EVERY: Duration = Duration::from_secs(3600);
/// Not in the first moments, when everything else starts.
const FIRST: Duration = Duration::from_secs(60);

pub async fn run(platform: Platform, stop: CancellationToken) {
    let mut wait = FIRST;
    loop {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stop.cancelled() => return,
        }
        wait = EVERY;
        match forget(&platform).await {
            Ok(rows) => tracing::info!(rows, "expired rows removed"),
            Err(error) => tracing::warn!(error = %error, "expired rows not removed"),
        }
    }
}

async fn forget(platform: &Platform) -> Result<u64, xin_storage::StorageError> {
    let tx = platform.database.system().await?;
    let rows = tx.forget_expired(platform.clock.now()).await?;
    tx.commit().await?;
    Ok(rows)
}
