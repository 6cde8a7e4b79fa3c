//! Where the vectors of an embedder belong.

use sha2::{Digest, Sha256};

/// Where the vectors of an embedder belong, whether it can be asked now or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbedderSpace {
    /// The same server, model and dimension give the same; as in [`crate::TenantEmbedder`].
    pub id: String,
    /// How many numbers each vector has.
    pub dimension: usize,
}

impl EmbedderSpace {
    /// The space of a model at a server.
    #[must_use]
    pub fn of(base_url: &str, model: &str, dimension: usize) -> Self {
        let mut digest = Sha256::new();
        let numbers = dimension.to_string();
        for part in [base_url.trim_end_matches('/'), model, &numbers] {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        let mut id = hex::encode(digest.finalize());
        id.truncate(32);
        Self { id, dimension }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_embedders_id_changes_with_what_its_vectors_depend_on() {
        let id = |base_url, model, dimension| EmbedderSpace::of(base_url, model, dimension).id;
        let first = id("https://h/v1", "m", 8);
        assert_eq!(first, id("https://h/v1/", "m", 8));
        assert_ne!(first, id("https://h/v1", "m", 16));
        assert_ne!(first, id("https://h/v1", "n", 8));
        assert_ne!(first, id("https://h/v1m", "", 8));
        assert_eq!(first.len(), 32);
    }
}
