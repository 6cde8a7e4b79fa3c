//! Sees that passages are in the space of the embedder that there is.
//!
//! Who saves an embedder asks for it themselves. The operator's embedder can only change between
//! two starts, so at the start all tenants are looked at; and a tenant that has no knowledge yet is
//! looked at when its documents come.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use xin_broker::{JobError, trace};
use xin_contracts::Envelope;
use xin_contracts::messages::ReindexKnowledge;
use xin_domain::TenantId;
use xin_storage::TenantTx;

use super::served;
use crate::Platform;

/// Tenants looked up together.
const BATCH: u64 = 200;
const TRY_AGAIN: Duration = Duration::from_secs(10);

/// Asks for the tenant's knowledge to be indexed anew where it has to be and nobody has tried.
pub async fn check(platform: &Platform, tenant: TenantId) -> Result<(), JobError> {
    look(platform, tenant, false).await
}

/// Asks for it for every tenant, also where it was tried in vain; until `stop`.
pub async fn check_all(platform: &Platform, stop: &CancellationToken) {
    let mut after = None;
    loop {
        match check_some(platform, after).await {
            Ok(None) => return,
            Ok(last) => after = last,
            Err(error) => {
                tracing::warn!(error = %error, "spaces of vectors not read, trying again");
                tokio::select! {
                    () = tokio::time::sleep(TRY_AGAIN) => {}
                    () = stop.cancelled() => return,
                }
            }
        }
        if stop.is_cancelled() {
            return;
        }
    }
}

/// Looks at some tenants; answers the last of them.
async fn check_some(
    platform: &Platform,
    after: Option<TenantId>,
) -> Result<Option<TenantId>, JobError> {
    let system = platform.database.system_read().await?;
    let tenants = system.tenants_with_knowledge(after, BATCH).await?;
    drop(system);
    for tenant in &tenants {
        look(platform, *tenant, true).await?;
    }
    Ok(tenants.last().copied())
}

async fn look(platform: &Platform, tenant: TenantId, again: bool) -> Result<(), JobError> {
    let wanted = platform.models.space(tenant).await?;
    let wanted = wanted.map(|space| space.id).unwrap_or_default();
    let tx = platform.database.read(tenant).await?;
    let spaces = tx.vector_spaces().all().await?;
    tx.commit().await?;
    let is_tried = spaces.iter().any(|space| space.id == wanted);
    if served(&spaces) == wanted || (is_tried && !again) {
        return Ok(());
    }
    let tx = platform.database.tenant(tenant).await?;
    queue(platform, &tx).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes that the tenant's knowledge is to be indexed anew.
pub async fn queue(platform: &Platform, tx: &TenantTx) -> Result<(), JobError> {
    let now = platform.clock.now();
    let (id, tenant) = (platform.ids.next(now), tx.tenant_id());
    let envelope = Envelope::wrap(id, tenant, tenant.to_string(), now, &ReindexKnowledge {});
    tx.outbox().add(&envelope.traced(trace::current())).await?;
    Ok(())
}
