//! What staff changed in a passage holds for the next version too, where the source says the same.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use xin_documents::chunk::Chunk;
use xin_storage::tenant::{Document, StoredChunk};

/// The chunks of the document's newest version, with the changes of the version before.
pub fn over(
    document: &Document,
    chunks: Vec<Chunk>,
    changed: Vec<StoredChunk>,
) -> Vec<StoredChunk> {
    let changed: HashMap<String, StoredChunk> = changed
        .into_iter()
        .map(|chunk| (chunk.original_hash.clone(), chunk))
        .collect();
    let stored = chunks.into_iter().map(|chunk| {
        let original_hash = hash(&chunk.text);
        let before = changed.get(&original_hash);
        let edited = before.filter(|before| before.is_edited);
        StoredChunk {
            document_id: document.id,
            version: document.version,
            ordinal: chunk.ordinal,
            heading_path: chunk.heading_path,
            page: chunk.page,
            language: chunk.language,
            text: edited.map_or(chunk.text, |before| before.text.clone()),
            original_hash,
            is_edited: edited.is_some(),
            is_disabled: before.is_some_and(|before| before.is_disabled),
        }
    });
    stored.collect()
}

fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}
