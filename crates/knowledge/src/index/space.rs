//! A space of vectors: what one embedder makes.

use crate::error::KnowledgeError;

/// The vectors of one embedder, which go together with each other and with no others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Space {
    id: String,
    dimension: usize,
}

impl Space {
    /// The space of that id, of vectors of that length, which cannot be 0.
    pub fn new(id: impl Into<String>, dimension: usize) -> Result<Self, KnowledgeError> {
        let id = id.into();
        if id.is_empty() || dimension == 0 {
            return Err(KnowledgeError::Invalid(
                "a space of vectors has an id, and its vectors have a length".to_owned(),
            ));
        }
        Ok(Self { id, dimension })
    }

    /// What tells it from every other space.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How many numbers each vector has.
    #[must_use]
    pub const fn dimension(&self) -> usize {
        self.dimension
    }
}
