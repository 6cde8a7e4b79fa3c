//! Forgets all that a tenant removed at once. Killed in the middle, it goes on with what is left.

use xin_broker::JobError;
use xin_domain::TenantId;

use crate::Platform;
use crate::forget_document::forget;

/// Documents looked up together.
const BATCH: u64 = 100;

pub async fn handle(platform: &Platform, tenant: TenantId) -> Result<(), JobError> {
    loop {
        let tx = platform.database.read(tenant).await?;
        let marked = tx.documents().being_forgotten(BATCH).await?;
        tx.commit().await?;
        if marked.is_empty() {
            return Ok(());
        }
        for id in marked {
            forget(platform, tenant, id).await?;
        }
    }
}
