//! Searches the space of vectors that is served for a tenant.

use xin_broker::JobError;
use xin_domain::TenantId;
use xin_knowledge::{Calibration, KnowledgeError, Meaning, Retrieval, Space, TenantSearch};
use xin_text::sparse::Question;

use crate::Platform;

/// The passages that are nearest to a question.
pub(crate) async fn retrieve(
    platform: &Platform,
    tenant: TenantId,
    question: &Question<'_>,
    calibration: &Calibration,
    limit: usize,
) -> Result<Retrieval, JobError> {
    let retriever = &platform.retriever;
    let search = serving(platform, tenant).await?;
    let found = retriever.retrieve(&search, question, calibration, limit);
    let found = found.await.map_err(failed)?;
    if !found.passages.is_empty() {
        return Ok(found);
    }
    // Another space may have been swapped in, and this one removed, in between.
    let now = serving(platform, tenant).await?;
    if now.space == search.space {
        return Ok(found);
    }
    let found = retriever.retrieve(&now, question, calibration, limit);
    found.await.map_err(failed)
}

/// The space that is served, with its embedder. An embedder of another space waits until that one
/// is built.
async fn serving(platform: &Platform, tenant: TenantId) -> Result<TenantSearch, JobError> {
    let tx = platform.database.read(tenant).await?;
    let serving = tx.vector_spaces().serving().await?;
    tx.commit().await?;
    let Some(serving) = serving.filter(|space| !space.id.is_empty()) else {
        return Ok(TenantSearch::by_words(tenant));
    };
    let space = Space::new(serving.id, serving.dimension).map_err(failed)?;
    let embedder = platform.models.embedder(tenant).await?;
    let meaning = embedder
        .filter(|found| found.id == space.id())
        .map(|found| Meaning {
            embedder: found.embedder,
            languages: found.languages.into_iter().collect(),
        });
    Ok(TenantSearch {
        tenant,
        space: Some(space),
        meaning,
    })
}

fn failed(error: KnowledgeError) -> JobError {
    JobError::new(error.kind(), error.to_string())
}
