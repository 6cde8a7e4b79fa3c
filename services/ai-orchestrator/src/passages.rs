//! The passages that a reply may rest on.

use xin_broker::JobError;
use xin_domain::TenantId;
use xin_knowledge::{Calibration, Confidence, ScoredPassage};
use xin_text::sparse::Question;

use crate::Platform;

/// Passages that the model is given.
const PASSAGES: usize = 5;

/// What was found for a question.
pub(crate) struct Found {
    /// Best first.
    pub(crate) passages: Vec<ScoredPassage>,
    /// How sure the retrieval is that they hold the answer.
    pub(crate) confidence: Confidence,
}

/// What passages are looked for with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query<'a> {
    /// What the customer asks, in their words.
    pub(crate) question: &'a str,
    /// What they wrote in the turn before.
    pub(crate) previous: Option<&'a str>,
    /// What was replied to that.
    pub(crate) last_reply: Option<&'a str>,
    /// The question as one that stands alone, where it was rewritten.
    pub(crate) rewritten: Option<&'a str>,
}

impl<'a> Query<'a> {
    /// A question that stands alone needs nothing of what was said before.
    fn asked(&self) -> Question<'a> {
        match self.rewritten {
            Some(rewritten) => Question::alone(rewritten),
            None => Question {
                text: self.question,
                previous: self.previous,
                last_reply: self.last_reply,
            },
        }
    }
}

/// Finds the passages for a question.
pub(crate) async fn find(
    platform: &Platform,
    tenant: TenantId,
    query: &Query<'_>,
) -> Result<Found, JobError> {
    let retrieval = platform
        .retriever
        .retrieve(tenant, &query.asked(), &Calibration::default(), PASSAGES)
        .await
        .map_err(|error| JobError::new(error.kind(), error.to_string()))?;
    let passages = ready(platform, tenant, retrieval.passages).await?;
    let confidence = if passages.is_empty() {
        Confidence {
            value: 0.0,
            ..retrieval.confidence
        }
    } else {
        retrieval.confidence
    };
    Ok(Found {
        passages,
        confidence,
    })
}

/// The passages whose documents are ready: what is half indexed, has failed or is being forgotten
/// is not answered from, even while the index has it.
async fn ready(
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
    ids.dedup();
    let tx = platform.database.read(tenant).await?;
    let ready = tx.documents().ready_among(&ids).await?;
    tx.commit().await?;
    Ok(passages
        .into_iter()
        .filter(|found| ready.contains(&found.passage.document_id))
        .collect())
}
