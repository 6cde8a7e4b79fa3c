//! From a question to the passages that answer it, and how sure we are that they do.

use std::sync::Arc;

use xin_domain::TenantId;
use xin_llm::Embedder;
use xin_text::sparse;

use crate::error::KnowledgeError;
use crate::index::KnowledgeIndex;
use crate::passage::{IndexQuery, ScoredPassage};
use crate::question::without_frame;

/// From this confidence on a question counts as answered by its passages. Two of three content
/// words are enough, one of two is not: «ساعت هوشمند» is not answered by the opening hours (ساعت
/// کار). A starting point, to be replaced by a threshold per tenant.
pub const ANSWER_CONFIDENCE: f32 = 0.6;

/// How much the coverage of the first, second and third passage counts: the answer may be in the
/// second one, but an answer built on it is quoted with less trust.
const RANK_WEIGHTS: [f32; 3] = [1.0, 0.9, 0.8];

/// The passages for a question, and what they are worth.
#[derive(Clone, Debug, Default)]
pub struct Retrieval {
    /// Best first.
    pub passages: Vec<ScoredPassage>,
    /// From 0, nothing of the question is in them, to 1, all of it is.
    pub confidence: f32,
}

impl Retrieval {
    /// Whether the passages should be answered from.
    #[must_use]
    pub fn is_answerable(&self) -> bool {
        self.confidence >= ANSWER_CONFIDENCE
    }
}

/// Finds the passages that answer a question, by its words and, with an embedder, its meaning.
#[derive(Clone)]
pub struct Retriever {
    index: KnowledgeIndex,
    embedder: Option<Arc<dyn Embedder>>,
}

impl Retriever {
    /// A retriever over that index. The embedder is used only when the index holds vectors of its
    /// dimension.
    #[must_use]
    pub fn new(index: KnowledgeIndex, embedder: Option<Arc<dyn Embedder>>) -> Self {
        let embedder = embedder.filter(|embedder| index.dimension() == Some(embedder.dimension()));
        Self { index, embedder }
    }

    /// The passages of the tenant that answer the question best; none when it has no knowledge.
    pub async fn retrieve(
        &self,
        tenant: TenantId,
        question: &str,
        limit: usize,
    ) -> Result<Retrieval, KnowledgeError> {
        let query = IndexQuery {
            sparse: sparse::query(question),
            dense: self.embed(question).await,
            limit,
        };
        let passages = self.index.tenant(tenant).search(&query).await?;
        let confidence = confidence(question, &passages);
        Ok(Retrieval {
            passages,
            confidence,
        })
    }

    /// The meaning of the question; without an answer of the embedder its words have to do.
    async fn embed(&self, question: &str) -> Option<Vec<f32>> {
        let embedder = self.embedder.as_ref()?;
        match embedder.embed(&[question.to_owned()]).await {
            Ok(vectors) => vectors
                .into_iter()
                .next()
                .filter(|vector| vector.len() == embedder.dimension()),
            Err(error) => {
                tracing::warn!(
                    error = %error,
                    "the question is not embedded and is searched by its words only"
                );
                None
            }
        }
    }
}

/// The share of the question's content words that the best of the first passages holds, courtesies
/// apart.
///
/// The engine's scores do not take part: with one small document every score is the best one, and
/// a threshold on them does not carry over from one tenant to another.
#[must_use]
pub fn confidence(question: &str, passages: &[ScoredPassage]) -> f32 {
    let asked = without_frame(question);
    RANK_WEIGHTS
        .iter()
        .zip(passages)
        .map(|(weight, hit)| weight * sparse::coverage(&asked, &hit.passage.whole_text()))
        .fold(0.0, f32::max)
        .clamp(0.0, 1.0)
}
