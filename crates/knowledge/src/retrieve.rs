//! From a question to the passages that answer it, and how sure we are that they do.

use std::collections::HashSet;
use std::sync::Arc;

use xin_domain::TenantId;
use xin_llm::Embedder;
use xin_text::language::detect;
use xin_text::sparse::{self, Question};

use crate::confidence::{Calibration, Confidence, Features};
use crate::error::KnowledgeError;
use crate::index::{KnowledgeIndex, Space};
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
    /// Why the question was searched by its words alone although there is an embedder.
    pub warning: Option<String>,
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

/// Whose passages are searched, where they are, and what knows their meaning.
#[derive(Clone)]
pub struct TenantSearch {
    /// Whose they are.
    pub tenant: TenantId,
    /// The space that is served; absent: their words alone.
    pub space: Option<Space>,
    /// The embedder of that space, and of no other.
    pub meaning: Option<Meaning>,
}

impl TenantSearch {
    /// Searches passages that are indexed by their words alone.
    #[must_use]
    pub const fn by_words(tenant: TenantId) -> Self {
        Self {
            tenant,
            space: None,
            meaning: None,
        }
    }
}

/// Finds the passages that answer a question, by its words and, with an embedder, its meaning.
#[derive(Clone)]
pub struct Retriever {
    index: KnowledgeIndex,
}

impl Retriever {
    /// A retriever over that index.
    #[must_use]
    pub const fn new(index: KnowledgeIndex) -> Self {
        Self { index }
    }

    /// The passages of the tenant that answer the question best; none when it has no knowledge.
    pub async fn retrieve(
        &self,
        search: &TenantSearch,
        question: &Question<'_>,
        calibration: &Calibration,
        limit: usize,
    ) -> Result<Retrieval, KnowledgeError> {
        let (dense, warning) = embed(search.meaning.as_ref(), question.text).await;
        let query = IndexQuery {
            sparse: sparse::asked(question),
            dense,
            limit,
        };
        let index = self.index.tenant(search.tenant, search.space.as_ref());
        let passages = index.search(&query).await?;
        let confidence = confidence(question, &passages, calibration);
        Ok(Retrieval {
            passages,
            confidence,
            warning,
        })
    }
}

/// The meaning of the question, or why its words have to do.
async fn embed(meaning: Option<&Meaning>, question: &str) -> (Option<Vec<f32>>, Option<String>) {
    let Some(meaning) = meaning else {
        return (None, None);
    };
    let language = detect(question).code();
    if !meaning.languages.contains(language) {
        let warning = format!("the embedder does not know {language}");
        return (None, Some(warning));
    }
    match meaning.embedder.embed(&[question.to_owned()]).await {
        Ok(vectors) => (vectors.into_iter().next(), None),
        Err(error) => {
            tracing::warn!(
                error = %error,
                "the question is not embedded and is searched by its words only"
            );
            let warning = format!("the question was not embedded: {}", error.code());
            (None, Some(warning))
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
