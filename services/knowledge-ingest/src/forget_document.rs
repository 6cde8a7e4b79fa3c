//! Makes a document unretrievable. Retrieval has refused it since its row was marked; here its
//! passages, its files and its row go.

use xin_broker::JobError;
use xin_contracts::Envelope;
use xin_contracts::envelope::parse;
use xin_contracts::messages::ForgetDocument;
use xin_domain::DocumentId;

use crate::Platform;
use crate::ingest_document::index_error;

pub async fn handle(platform: &Platform, envelope: &Envelope) -> Result<(), JobError> {
    let id: DocumentId = parse(&envelope.open::<ForgetDocument>()?.document_id)?;
    let tenant = envelope.tenant_id;
    platform
        .index
        .tenant(tenant)
        .remove_document(id)
        .await
        .map_err(index_error)?;
    platform.files.tenant(tenant).remove_document(id).await?;
    let tx = platform.database.tenant(tenant).await?;
    tx.documents().erase(id).await?;
    tx.commit().await?;
    Ok(())
}
