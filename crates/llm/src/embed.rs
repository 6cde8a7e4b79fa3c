//! Turns texts into vectors of their meaning.

use async_trait::async_trait;

use crate::error::LlmError;

/// Turns texts into vectors of their meaning.
#[async_trait]
pub trait Embedder: Send + Sync {
    /// One vector of [`Embedder::dimension`] numbers per text, in the texts' order.
    async fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, LlmError>;

    /// How many numbers each vector has.
    fn dimension(&self) -> usize;
}
