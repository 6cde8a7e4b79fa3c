//! Makes a document unretrievable. Retrieval has refused it since its row was marked; here its
//! passages, its files and its rows go.

use xin_broker::JobError;
use xin_contracts::Envelope;
use xin_contracts::envelope::parse;
use xin_contracts::messages::ForgetDocument;
use xin_domain::{DocumentId, TenantId};

use crate::Platform;
use crate::ingest_document::clear;

pub async fn handle(platform: &Platform, envelope: &Envelope) -> Result<(), JobError> {
    let id: DocumentId = parse(&envelope.open::<ForgetDocument>()?.document_id)?;
    forget(platform, envelope.tenant_id, id).await
}

/// Forgets one document whose row is marked.
pub async fn forget(platform: &Platform, tenant: TenantId, id: DocumentId) -> Result<(), JobError> {
    clear::everything(platform, tenant, id).await?;
    let tx = platform.database.tenant(tenant).await?;
    tx.documents().erase(id).await?;
    tx.commit().await?;
    Ok(())
}
