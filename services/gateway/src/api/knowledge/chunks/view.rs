//! A passage, as the API shows it.

use serde::Serialize;
use utoipa::ToSchema;
use xin_storage::tenant::StoredChunk;

/// A passage of a document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Chunk)]
pub struct ChunkView {
    /// Its place, from 0.
    ordinal: u32,
    /// The headings above it, outermost first.
    heading_path: Vec<String>,
    /// The page it stands on.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
    /// The code of its language.
    language: String,
    /// Its text, as it is found and quoted.
    text: String,
    /// Whether staff changed the text.
    edited: bool,
    /// Whether answers must not use it.
    disabled: bool,
}

impl From<StoredChunk> for ChunkView {
    fn from(chunk: StoredChunk) -> Self {
        Self {
            ordinal: chunk.ordinal,
            heading_path: chunk.heading_path,
            page: chunk.page,
            language: chunk.language,
            text: chunk.text,
            edited: chunk.is_edited,
            disabled: chunk.is_disabled,
        }
    }
}
