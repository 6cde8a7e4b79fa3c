//! Chunks become passages.

use xin_domain::DocumentOrigin;
use xin_knowledge::Passage;
use xin_storage::tenant::{Document, Phrasing, StoredChunk};

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
