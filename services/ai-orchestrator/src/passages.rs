//! The passages that a reply may rest on.

use xin_broker::JobError;
use xin_domain::{DocumentId, Locale, TenantId};
use xin_knowledge::{Retrieval, ScoredPassage};
use xin_text::language::detect;
use xin_text::sparse::Question;

use crate::rerank::rerank;
use crate::{Platform, spaces};

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
) -> Result<Retrieval, JobError> {
    let calibration = &*platform.calibrations.of(tenant).await?;
    let found = spaces::retrieve(platform, tenant, question, calibration, ASKED).await?;
    let passages = served(platform, tenant, question, found.passages).await?;
    let passages = rerank(platform, tenant, question.text, passages).await;
    let confidence = xin_knowledge::confidence(question, &passages, calibration);
    let mut passages = xin_knowledge::joined(passages);
    passages.truncate(PASSAGES);
    Ok(Retrieval {
        passages,
        confidence,
        warning: found.warning,
    })
}

/// The passages of the versions that the database says are served, as it says them: what is half
/// indexed, out of date, disabled or being forgotten is not answered from, even while the index has
/// it; and what staff changed, or what a product costs, is said as it is now.
async fn served(
    platform: &Platform,
    tenant: TenantId,
    question: &Question<'_>,
    mut passages: Vec<ScoredPassage>,
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
    let places: Vec<_> = passages.iter().map(place).collect();
    let tx = platform.database.read(tenant).await?;
    let served = tx.documents().servable(&ids, platform.clock.now()).await?;
    let changed = tx.chunks().changed_among(&places).await?;
    let products = tx.products().among(&ids).await?;
    tx.commit().await?;
    passages.retain(|found| {
        let (document, version, _) = place(found);
        let change = changed.get(&place(found));
        served.get(&document) == Some(&version) && !change.is_some_and(|chunk| chunk.is_disabled)
    });
    for found in &mut passages {
        if let Some(chunk) = changed.get(&place(found)) {
            found.passage.text.clone_from(&chunk.text);
        }
        if let Some(record) = products.get(&found.passage.document_id) {
            let locale = match detect(question.text).code() {
                "en" => Locale::En,
                _ => Locale::Fa,
            };
            found.passage.title.clone_from(&record.product.name);
            found.passage.text = record.product.describe(locale);
        }
    }
    Ok(passages)
}

fn place(found: &ScoredPassage) -> (DocumentId, i64, u32) {
    let passage = &found.passage;
    (passage.document_id, passage.version, passage.ordinal)
}
