//! Chunks become passages with the vectors they are found by.

use xin_broker::JobError;
use xin_domain::DocumentOrigin;
use xin_knowledge::{Passage, PassageVectors};
use xin_storage::tenant::{Document, Phrasing, StoredChunk};

use crate::Platform;

/// The passage that a chunk is in the index.
pub fn passage(document: &Document, chunk: &StoredChunk) -> Passage {
    Passage {
        id: Passage::id_of(document.id, chunk.version, chunk.ordinal),
        document_id: document.id,
        version: chunk.version,
        ordinal: chunk.ordinal,
        title: document.title.clone(),
        heading_path: chunk.heading_path.clone(),
        page: chunk.page,
        language: chunk.language.clone(),
        text: chunk.text.clone(),
        phrasing: None,
        is_faq: document.origin == DocumentOrigin::Faq,
    }
}

/// The passages, and after them the copies of the document's first one that are found by its
/// further phrasings.
pub fn with_phrasings(mut passages: Vec<Passage>, phrasings: &[Phrasing]) -> Vec<Passage> {
    let first = passages.iter().find(|passage| passage.ordinal == 0);
    let copies: Vec<Passage> = first
        .map(|first| {
            let copy = |asked: &Phrasing| first.phrased(asked.number, &asked.question);
            phrasings.iter().map(copy).collect()
        })
        .unwrap_or_default();
    passages.extend(copies);
    passages
}

/// The passages with what they are found by.
pub async fn with_vectors(
    platform: &Platform,
    passages: Vec<Passage>,
) -> Result<Vec<(Passage, PassageVectors)>, JobError> {
    let dense = embed(platform, &passages).await?;
    let found = passages.into_iter().zip(dense).map(|(passage, dense)| {
        let words = PassageVectors::words_of(&passage);
        (passage, PassageVectors { dense, ..words })
    });
    Ok(found.collect())
}

async fn embed(
    platform: &Platform,
    passages: &[Passage],
) -> Result<Vec<Option<Vec<f32>>>, JobError> {
    let Some(embedder) = &platform.embedder else {
        return Ok(vec![None; passages.len()]);
    };
    let texts: Vec<String> = passages
        .iter()
        .map(|passage| match &passage.phrasing {
            Some(question) => question.clone(),
            None => format!("{}\n{}", passage.searchable_title(), passage.text),
        })
        .collect();
    let vectors = embedder
        .embed(&texts)
        .await
        .map_err(|error| JobError::new(error.kind(), error.to_string()))?;
    Ok(vectors.into_iter().map(Some).collect())
}
