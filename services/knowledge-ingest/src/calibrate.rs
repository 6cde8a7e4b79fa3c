//! Learns how common the terms of a tenant's knowledge are, after it has changed.
//!
//! It is made anew from all served passages: that takes a third of a millisecond each, and a sum
//! kept over years would drift. A process that dies in between leaves it due.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;
use xin_broker::JobError;
use xin_domain::{DocumentId, ErrorKind, TenantId};
use xin_knowledge::Calibrator;
use xin_storage::PageRequest;
use xin_storage::tenant::Document;

use crate::Platform;

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Tenants of one look.
const AT_ONCE: u64 = 20;
/// Rows read at a time.
const PAGE: u64 = 200;
/// The pause after a calibration, in times of what it took, and at the least.
const PAUSE: u32 = 20;
const SHORTEST_PAUSE: Duration = Duration::from_secs(3);

/// Looks until `stop`.
pub async fn run(platform: &Platform, stop: &CancellationToken) {
    loop {
        if let Err(error) = all_due(platform).await {
            tracing::warn!(error = %error, "calibrations that are due not made, trying again");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn all_due(platform: &Platform) -> Result<(), JobError> {
    let system = platform.database.system_read().await?;
    let due = system
        .due_calibrations(platform.clock.now(), AT_ONCE)
        .await?;
    drop(system);
    for tenant in due {
        one(platform, tenant).await?;
    }
    Ok(())
}

/// Makes the calibration of one tenant. When two processes do, the first one counts.
async fn one(platform: &Platform, tenant: TenantId) -> Result<(), JobError> {
    let began = Instant::now();
    let tx = platform.database.read(tenant).await?;
    let known = tx.calibrations().get().await?;
    drop(tx);
    let Some(known) = known else { return Ok(()) };
    let mut calibrator = Calibrator::default();
    let mut after: Option<DocumentId> = None;
    loop {
        let tx = platform.database.read(tenant).await?;
        let page = tx
            .documents()
            .list(PageRequest { after, limit: PAGE })
            .await?;
        drop(tx);
        for document in &page.items {
            calibrator = add(platform, tenant, document, calibrator).await?;
        }
        after = page.items.last().map(|document| document.id);
        if page.next.is_none() {
            break;
        }
    }
    let body = serde_json::to_vec(&calibrator.finish())
        .map_err(|error| JobError::new(ErrorKind::Internal, error.to_string()))?;
    let pause = (began.elapsed() * PAUSE).max(SHORTEST_PAUSE);
    let due_at = platform.clock.now() + TimeDelta::from_std(pause).unwrap_or_default();
    let tx = platform.database.tenant(tenant).await?;
    tx.calibrations()
        .save(body, known.version + 1, known.changed_at, due_at)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Counts the passages of a document that are served.
async fn add(
    platform: &Platform,
    tenant: TenantId,
    document: &Document,
    mut calibrator: Calibrator,
) -> Result<Calibrator, JobError> {
    let Some(version) = document.ready_version else {
        return Ok(calibrator);
    };
    let mut after = None;
    loop {
        let tx = platform.database.read(tenant).await?;
        let request = PageRequest { after, limit: PAGE };
        let page = tx.chunks().list(document.id, version, request).await?;
        drop(tx);
        after = page.items.last().map(|chunk| i64::from(chunk.ordinal));
        let is_last = page.next.is_none();
        let title = document.title.clone();
        // Cutting texts into terms keeps a core busy.
        calibrator = tokio::task::spawn_blocking(move || {
            for chunk in page.items.iter().filter(|chunk| !chunk.is_disabled) {
                let headings = chunk.heading_path.join("\n");
                calibrator.add_text(&format!("{title}\n{headings}\n{}", chunk.text));
            }
            calibrator
        })
        .await
        .map_err(|panic| JobError::new(ErrorKind::Internal, panic.to_string()))?;
        if is_last {
            return Ok(calibrator);
        }
    }
}
