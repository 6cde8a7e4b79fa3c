//! The passages that a reply may rest on.

use xin_broker::JobError;
use xin_domain::TenantId;
use xin_knowledge::{Calibration, Retrieval, ScoredPassage};
use xin_text::sparse::Question;

use crate::Platform;

/// Passages that the model is given.
const PASSAGES: usize = 5;
/// Passages asked of the index: some are of versions that are not served, or not any more.
const ASKED: usize = 3 * PASSAGES;

/// Finds the passages for a question. The confidence is that of what is served: what is not must
/// not lend its certainty to what is.
pub(crate) async fn find(
    platform: &Platform,
    tenant: TenantId,
    question: &Question<'_>,
    calibration: &Calibration,
) -> Result<Retrieval, JobError> {
    let found = platform
        .retriever
        .retrieve(tenant, question, calibration, ASKED)
        .await
        .map_err(|error| JobError::new(error.kind(), error.to_string()))?;
    let mut passages = served(platform, tenant, found.passages).await?;
    let confidence = xin_knowledge::confidence(question, &passages, calibration);
    passages.truncate(PASSAGES);
    Ok(Retrieval {
        passages,
        confidence,
    })
}

/// The passages of the versions that the database says are served: what is half indexed, out of
/// date or being forgotten is not answered from, even while the index has it.
async fn served(
    platform: &Platform,
    tenant: TenantId,
    passages: Vec<ScoredPassage>,
) -> Result<Vec<ScoredPassage>, JobError> {
    if passages.is_empty() {
        return Ok(passages);
    }
    let mut ids: Vec<_> = passages
        .iter()
        .map(|found| found.passage.document_id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let tx = platform.database.read(tenant).await?;
    let served = tx.documents().servable(&ids, platform.clock.now()).await?;
    tx.commit().await?;
    Ok(passages
        .into_iter()
        .filter(|found| served.get(&found.passage.document_id) == Some(&found.passage.version))
        .collect())
}
