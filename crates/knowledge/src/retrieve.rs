//! From a question to the passages that answer it, and how sure we are that they do.

use std::collections::HashSet;
use std::sync::Arc;

use xin_domain::TenantId;
use xin_llm::Embedder;
use xin_text::language::detect;
use xin_text::sparse::{self, Question};

use crate::confidence::{Calibration, Confidence, Features};
use crate::error::KnowledgeError;
use crate::index::KnowledgeIndex;
use crate::passage::{IndexQuery, ScoredPassage};

/// From this confidence on a question counts as answered by its passages, where the tenant has not
/// said otherwise.
pub const ANSWER_CONFIDENCE: f32 = 0.5;

/// The passages for a question, and what they are worth.
#[derive(Clone, Debug, Default)]
pub struct Retrieval {
    /// Best first.
    pub passages: Vec<ScoredPassage>,
    /// How sure they hold the answer.
    pub confidence: Confidence,
}

/// An embedder, and the languages whose meaning it knows: in others it would push good matches of
/// words away.
#[derive(Clone)]
pub struct Meaning {
    /// Makes the vectors.
    pub embedder: Arc<dyn Embedder>,
    /// Codes of languages, as probed.
    pub languages: HashSet<String>,
}

/// Finds the passages that answer a question, by its words and, with an embedder, its meaning.
#[derive(Clone)]
pub struct Retriever {
    index: KnowledgeIndex,
    meaning: Option<Meaning>,
}

impl Retriever {
    /// A retriever over that index. The embedder is used only when the index holds vectors of its
    /// dimension.
    #[must_use]
    pub fn new(index: KnowledgeIndex, meaning: Option<Meaning>) -> Self {
        let meaning =
            meaning.filter(|meaning| index.dimension() == Some(meaning.embedder.dimension()));
        Self { index, meaning }
    }

    /// The passages of the tenant that answer the question best; none when it has no knowledge.
    pub async fn retrieve(
        &self,
        tenant: TenantId,
        question: &Question<'_>,
        calibration: &Calibration,
        limit: usize,
    ) -> Result<Retrieval, KnowledgeError> {
        let query = IndexQuery {
            sparse: sparse::asked(question),
            dense: self.embed(question.text).await,
            limit,
        };
        let passages = self.index.tenant(tenant).search(&query).await?;
        let confidence = confidence(question, &passages, calibration);
        Ok(Retrieval {
            passages,
            confidence,
        })
    }

    /// The meaning of the question; without an answer of the embedder its words have to do.
    async fn embed(&self, question: &str) -> Option<Vec<f32>> {
        let Meaning {
            embedder,
            languages,
        } = self.meaning.as_ref()?;
        if !languages.contains(detect(question).code()) {
            return None;
        }
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

/// How sure the passages answer the question.
#[must_use]
pub fn confidence(
    question: &Question<'_>,
    passages: &[ScoredPassage],
    calibration: &Calibration,
) -> Confidence {
    let features = Features::of(question, passages, calibration.statistics());
    Confidence::of(features, calibration)
}
