//! Chunks become passages with the vectors they are found by.

use std::sync::Arc;

use xin_broker::JobError;
use xin_documents::chunk::Chunk;
use xin_domain::DocumentOrigin;
use xin_knowledge::{Passage, PassageVectors};
use xin_storage::tenant::Document;

use crate::Platform;

/// The passages of some chunks of a document.
pub async fn of(
    platform: &Platform,
    document: &Document,
    chunks: &[Chunk],
) -> Result<Vec<(Passage, PassageVectors)>, JobError> {
    let dense = embed(platform, document, chunks).await?;
    let passages = chunks.iter().zip(dense).map(|(chunk, dense)| {
        let passage = passage(document, chunk);
        let words = PassageVectors::words_of(&passage);
        (passage, PassageVectors { dense, ..words })
    });
    Ok(passages.collect())
}

fn passage(document: &Document, chunk: &Chunk) -> Passage {
    Passage {
        id: Passage::id_of(document.id, document.version, chunk.ordinal),
        document_id: document.id,
        version: document.version,
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

async fn embed(
    platform: &Platform,
    document: &Document,
    chunks: &[Chunk],
) -> Result<Vec<Option<Vec<f32>>>, JobError> {
    let Some(embedder) = platform.embedder.as_ref().map(Arc::clone) else {
        return Ok(vec![None; chunks.len()]);
    };
    let texts: Vec<String> = chunks
        .iter()
        .map(|chunk| {
            let passage = passage(document, chunk);
            format!("{}\n{}", passage.searchable_title(), passage.text)
        })
        .collect();
    let vectors = embedder
        .embed(&texts)
        .await
        .map_err(|error| JobError::new(error.kind(), error.to_string()))?;
    Ok(vectors.into_iter().map(Some).collect())
}
