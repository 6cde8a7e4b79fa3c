//! A set in the index, as a tenant's knowledge would be.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use anyhow::Context;
use uuid::Uuid;
use xin_documents::chunk::chunk;
use xin_documents::{ParsedDocument, Section, SourceKind};
use xin_domain::{Clock, DocumentId, RandomIds, SystemClock, TenantId};
use xin_knowledge::confidence::{Confidence, Features};
use xin_knowledge::{
    Calibration, Calibrator, KnowledgeIndex, Passage, PassageVectors, Retriever, ScoredPassage,
    TenantSearch,
};
use xin_text::sparse::Question;

use super::sets::{Document, Set};

/// Passages asked for: enough for ten documents.
const PASSAGES: usize = 30;

/// A set that can be searched.
pub struct Indexed {
    index: KnowledgeIndex,
    retriever: Retriever,
    tenant: TenantId,
    names: HashMap<DocumentId, String>,
    pub calibration: Calibration,
}

/// What one search gave.
pub struct Found {
    pub passages: Vec<ScoredPassage>,
    pub milliseconds: f64,
}

impl Indexed {
    /// Indexes a set; `phrasings` are other ways to ask for a document, by its id.
    pub async fn build(
        index: &KnowledgeIndex,
        set: &Set,
        phrasings: &HashMap<String, Vec<String>>,
    ) -> anyhow::Result<Self> {
        let documents: Vec<&Document> = set.documents.iter().collect();
        Self::of(index, set, &documents, phrasings).await
    }

    /// Indexes some documents of a set.
    pub async fn of(
        index: &KnowledgeIndex,
        set: &Set,
        documents: &[&Document],
        phrasings: &HashMap<String, Vec<String>>,
    ) -> anyhow::Result<Self> {
        let tenant = TenantId::new(&RandomIds, SystemClock.now());
        let store = index.tenant(tenant, None);
        let mut calibrator = Calibrator::default();
        let mut names = HashMap::new();
        let mut entries = Vec::new();
        for document in documents {
            let id =
                DocumentId::from_uuid(Uuid::new_v5(&Uuid::NAMESPACE_OID, document.id.as_bytes()));
            names.insert(id, document.id.clone());
            for passage in passages(set, id, document) {
                calibrator.add(&passage);
                let known = phrasings.get(&document.id).into_iter().flatten();
                for (number, question) in (0..).zip(known) {
                    let copy = passage.phrased(number, question);
                    entries.push((copy.clone(), PassageVectors::words_of(&copy)));
                }
                let vectors = PassageVectors::words_of(&passage);
                entries.push((passage, vectors));
            }
        }
        store.put(entries).await?;
        Ok(Self {
            index: index.clone(),
            retriever: Retriever::new(index.clone()),
            tenant,
            names,
            calibration: calibrator.finish(),
        })
    }

    /// The passages for a question.
    pub async fn search(&self, question: &Question<'_>) -> anyhow::Result<Found> {
        let began = Instant::now();
        let retrieval = self
            .retriever
            .retrieve(
                &TenantSearch::by_words(self.tenant),
                question,
                &self.calibration,
                PASSAGES,
            )
            .await?;
        Ok(Found {
            passages: retrieval.passages,
            milliseconds: began.elapsed().as_secs_f64() * 1_000.0,
        })
    }

    /// Takes it out of the index again.
    pub async fn forget(&self) -> anyhow::Result<()> {
        Ok(self.index.tenant(self.tenant, None).remove_all().await?)
    }

    /// How sure those passages answer a question.
    pub fn confidence(&self, question: &Question<'_>, passages: &[ScoredPassage]) -> Confidence {
        xin_knowledge::confidence(question, passages, &self.calibration)
    }

    /// What is measured for a question and those passages.
    pub fn features(&self, question: &Question<'_>, passages: &[ScoredPassage]) -> Features {
        self.confidence(question, passages).features
    }

    /// The documents of passages, best first, each once, with the score of its best passage.
    pub fn documents(&self, passages: &[ScoredPassage]) -> anyhow::Result<Vec<(&str, f32)>> {
        let mut seen = HashSet::new();
        let mut ranked = Vec::new();
        for found in passages {
            if seen.insert(found.passage.document_id) {
                let name = self.names.get(&found.passage.document_id);
                let name = name.context("a document of another set was found")?;
                ranked.push((name.as_str(), found.score));
            }
        }
        Ok(ranked)
    }

    /// The passages that are of none of these documents.
    pub fn without(
        &self,
        passages: &[ScoredPassage],
        gone: &HashSet<String>,
    ) -> Vec<ScoredPassage> {
        without(passages, |id| {
            self.names.get(&id).is_some_and(|name| gone.contains(name))
        })
    }
}

fn without(passages: &[ScoredPassage], gone: impl Fn(DocumentId) -> bool) -> Vec<ScoredPassage> {
    let mut left = passages.to_vec();
    left.retain(|found| !gone(found.passage.document_id));
    left
}

fn passages(set: &Set, id: DocumentId, document: &Document) -> Vec<Passage> {
    let kind = if document.text.contains("\n#") || document.text.starts_with('#') {
        SourceKind::Markdown
    } else {
        SourceKind::Text
    };
    let parsed = ParsedDocument {
        kind,
        sections: vec![Section {
            page: None,
            text: document.text.clone(),
        }],
    };
    let whole = |ordinal, heading_path, language, text| Passage {
        id: Passage::id_of(id, 1, ordinal),
        document_id: id,
        version: 1,
        ordinal,
        title: document.title.clone(),
        heading_path,
        page: None,
        language,
        text,
        phrasing: None,
        is_faq: set.is_faq(),
    };
    if set.is_faq() {
        let language = xin_text::language::detect(&document.text).code().to_owned();
        return vec![whole(0, Vec::new(), language, document.text.clone())];
    }
    chunk(&document.title, &parsed)
        .into_iter()
        .map(|piece| {
            whole(
                piece.ordinal,
                piece.heading_path,
                piece.language,
                piece.text,
            )
        })
        .collect()
}
