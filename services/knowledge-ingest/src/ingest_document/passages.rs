//! Chunks become passages with the vectors they are found by.

use std::sync::Arc;

use xin_broker::JobError;
use xin_documents::chunk::Chunk;
use xin_knowledge::{Passage, PassageVectors};
use xin_storage::tenant::Document;
use xin_text::sparse;

use crate::Platform;

/// The passages of some chunks of a document.
pub async fn of(
    platform: &Platform,
    document: &Document,
    chunks: &[Chunk],
) -> Result<Vec<(Passage, PassageVectors)>, JobError> {
    let dense = embed(platform, &document.title, chunks).await?;
    let passages = chunks.iter().zip(dense).map(|(chunk, dense)| {
        let title = searchable_title(&document.title, chunk);
        let sparse = sparse::document(&title, &chunk.text);
        (passage(document, chunk), PassageVectors { sparse, dense })
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
    }
}

async fn embed(
    platform: &Platform,
    title: &str,
    chunks: &[Chunk],
) -> Result<Vec<Option<Vec<f32>>>, JobError> {
    let Some(embedder) = platform.embedder.as_ref().map(Arc::clone) else {
        return Ok(vec![None; chunks.len()]);
    };
    let texts: Vec<String> = chunks
        .iter()
        .map(|chunk| format!("{}\n{}", searchable_title(title, chunk), chunk.text))
        .collect();
    let vectors = embedder
        .embed(&texts)
        .await
        .map_err(|error| JobError::new(error.kind(), error.to_string()))?;
    Ok(vectors.into_iter().map(Some).collect())
}

/// What a passage is found by beside its own words: the document's title and the headings above.
fn searchable_title(title: &str, chunk: &Chunk) -> String {
    let mut whole = title.to_owned();
    for heading in &chunk.heading_path {
        whole.push(' ');
        whole.push_str(heading);
    }
    whole
}
