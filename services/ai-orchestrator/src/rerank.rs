//! A second look at the order of passages, by a model that reads question and passage together.

use std::collections::HashMap;

use xin_domain::TenantId;
use xin_knowledge::ScoredPassage;

use crate::Platform;

/// Puts the passages into the order of the tenant's reranker, where it has one. Without an answer
/// of the reranker the order stays.
pub(crate) async fn rerank(
    platform: &Platform,
    tenant: TenantId,
    question: &str,
    passages: Vec<ScoredPassage>,
) -> Vec<ScoredPassage> {
    let reranker = match platform.models.reranker(tenant).await {
        Ok(Some(reranker)) if passages.len() > 1 => reranker,
        Ok(_) => return passages,
        Err(error) => {
            tracing::warn!(error = %error, "the reranker is not known, the order of the index stays");
            return passages;
        }
    };
    let texts: Vec<String> = passages
        .iter()
        .map(|found| found.passage.whole_text())
        .collect();
    let ranked = match reranker.rerank(question, &texts, texts.len()).await {
        Ok(ranked) => ranked,
        Err(error) => {
            tracing::warn!(error = %error, "not reranked, the order of the index stays");
            return passages;
        }
    };
    let places: HashMap<usize, usize> = (0..).zip(&ranked).map(|(at, r)| (r.index, at)).collect();
    let mut ordered: Vec<(usize, ScoredPassage)> = passages
        .into_iter()
        .enumerate()
        // What the reranker left out comes after, as it was.
        .map(|(at, found)| (places.get(&at).copied().unwrap_or(ranked.len() + at), found))
        .collect();
    ordered.sort_by_key(|(place, _)| *place);
    // From here on the order is what the scores say.
    let count = ordered.len();
    let scored = ordered.into_iter().enumerate().map(|(at, (_, found))| {
        let place = u16::try_from(count - at).unwrap_or(u16::MAX);
        ScoredPassage {
            score: f32::from(place),
            ..found
        }
    });
    scored.collect()
}
