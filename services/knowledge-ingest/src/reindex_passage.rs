//! Indexes one passage again: staff changed its words, or the ways to ask for it.

use xin_broker::JobError;
use xin_contracts::Envelope;
use xin_contracts::envelope::parse;
use xin_contracts::messages::ReindexPassage;
use xin_domain::{DocumentId, ErrorKind};

use crate::Platform;
use crate::ingest_document::{clear, passages};
use crate::spaces::Spaces;

pub async fn handle(platform: &Platform, envelope: &Envelope) -> Result<(), JobError> {
    let command = envelope.open::<ReindexPassage>()?;
    let id: DocumentId = parse(&command.document_id)?;
    let (tenant, ordinal) = (envelope.tenant_id, command.ordinal);
    let tx = platform.database.read(tenant).await?;
    let Some(document) = tx.documents().get(id).await? else {
        return Ok(());
    };
    if !document.state.is_final() {
        // Its work may have read what changed before it changed.
        let reason = "the document is at work";
        return Err(JobError::new(ErrorKind::Unavailable, reason));
    }
    let Some(version) = document.ready_version else {
        return Ok(());
    };
    let Some(chunk) = tx.chunks().get(id, version, ordinal).await? else {
        return Ok(());
    };
    let phrasings = tx.phrasings().list(id).await?;
    tx.commit().await?;
    let passage = passages::passage(&document, &chunk);
    let gone = command.gone_phrasings.iter();
    let gone: Vec<_> = gone.map(|number| passage.phrased(*number, "").id).collect();
    let found = passages::with_phrasings(vec![passage], &phrasings);
    let spaces = Spaces::of(platform, tenant).await?;
    spaces.put(&found).await?;
    for copy in gone {
        spaces.remove_passage(copy).await?;
    }
    spaces.clear_gone().await?;
    // Forgotten meanwhile: nothing may be left.
    let tx = platform.database.read(tenant).await?;
    if tx.documents().get(id).await?.is_none() {
        clear::everything(platform, tenant, id).await?;
    }
    Ok(())
}
