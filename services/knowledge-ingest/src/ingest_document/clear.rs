//! What is left after the work, however it ended.

use uuid::Uuid;
use xin_broker::JobError;
use xin_domain::{DocumentId, TenantId};
use xin_storage::tenant::Document;

use crate::Platform;
use crate::spaces::Spaces;

/// Clears away the passages and the files of versions that nobody is served, and gives the lease
/// back.
pub async fn what_is_not_served(
    platform: &Platform,
    worker: Uuid,
    tenant: TenantId,
    document: &Document,
) -> Result<(), JobError> {
    let id = document.id;
    let spaces = Spaces::of(platform, tenant).await?;
    match document.ready_version {
        Some(version) => {
            spaces.keep_only_version(id, version).await?;
            let files = platform.files.tenant(tenant);
            files.remove_before(id, version).await?;
        }
        None => spaces.remove_document(id).await?,
    }
    let tx = platform.database.tenant(tenant).await?;
    tx.chunks().keep_only(id, document.ready_version).await?;
    tx.documents().release(id, worker).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives the lease back.
pub async fn release(
    platform: &Platform,
    worker: Uuid,
    tenant: TenantId,
    id: DocumentId,
) -> Result<(), JobError> {
    let tx = platform.database.tenant(tenant).await?;
    tx.documents().release(id, worker).await?;
    tx.commit().await?;
    Ok(())
}

/// The document has a newer version, whose own work clears away what this one wrote; or it is
/// gone.
pub async fn superseded(
    platform: &Platform,
    worker: Uuid,
    tenant: TenantId,
    id: DocumentId,
) -> Result<(), JobError> {
    let tx = platform.database.read(tenant).await?;
    let is_there = tx.documents().get(id).await?.is_some();
    tx.commit().await?;
    if is_there {
        release(platform, worker, tenant, id).await
    } else {
        everything(platform, tenant, id).await
    }
}

/// Clears away all that was ever written for a document.
pub async fn everything(
    platform: &Platform,
    tenant: TenantId,
    id: DocumentId,
) -> Result<(), JobError> {
    let spaces = Spaces::of(platform, tenant).await?;
    spaces.remove_document(id).await?;
    platform.files.tenant(tenant).remove_document(id).await?;
    Ok(())
}
