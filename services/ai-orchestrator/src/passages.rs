//! The passages that a reply may rest on.

use xin_broker::JobError;
use xin_domain::TenantId;
use xin_knowledge::{Calibration, ScoredPassage};
use xin_text::sparse::Question;

use crate::Platform;

/// Passages that the model is given.
const PASSAGES: usize = 5;
/// Passages asked of the index: some are of versions that are not served, or not any more.
const ASKED: usize = 3 * PASSAGES;

/// What was found for a question.
pub(crate) struct Found {
    /// Best first.
    pub(crate) passages: Vec<ScoredPassage>,
    /// How sure the retrieval is that they hold the answer, from 0 to 1.
    pub(crate) confidence: f32,
}

/// Finds the passages for a question.
pub(crate) async fn find(
    platform: &Platform,
    tenant: TenantId,
    question: &str,
) -> Result<Found, JobError> {
    let asked = Question::alone(question);
    let retrieval = platform
        .retriever
        .retrieve(
            tenant,
            &asked,
            &Calibration::default(),
            ASKED,
        )
        .await
        .map_err(|error| JobError::new(error.kind(), error.to_string()))?;
    let mut passages = served(platform, tenant, retrieval.passages).await?;
    passages.truncate(PASSAGES);
    // Of what is left: what is not served must not lend its certainty to what is.
    let confidence = xin_knowledge::confidence(&asked, &passages, &Calibration::default()).value;
    Ok(Found {
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
