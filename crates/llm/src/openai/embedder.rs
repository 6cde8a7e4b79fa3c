//! An embedder behind `OpenAI`'s protocol.

use std::time::Duration;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_trait::async_trait;
use serde_json::{Map, json};

use super::connection::{open, understand};
use super::dialect::Dialect;
use super::wire::Embeddings;
use crate::embed::Embedder;
use crate::error::LlmError;

/// Texts in one request: what the smallest servers take.
const BATCH: usize = 64;

/// Which embedder to ask, and where.
#[derive(Clone)]
pub struct OpenAiEmbedderSettings {
    /// The server's address, with or without `/v1`.
    pub base_url: String,
    /// The key; empty for servers that ask for none.
    pub api_key: String,
    /// The model's name at that server.
    pub model: String,
    /// How many numbers its vectors have.
    pub dimension: usize,
    /// How long one request may take.
    pub timeout: Duration,
}

/// An embedder behind `OpenAI`'s protocol.
pub struct OpenAiEmbedder {
    client: Client<OpenAIConfig>,
    settings: OpenAiEmbedderSettings,
    dialect: Dialect,
}

impl OpenAiEmbedder {
    /// An embedder on that client, which brings the proxy and the connection's timeouts.
    pub fn new(http: reqwest::Client, settings: OpenAiEmbedderSettings) -> Result<Self, LlmError> {
        if settings.model.trim().is_empty() || settings.dimension == 0 {
            return Err(LlmError::settings(
                "the embedder needs a name and a dimension",
            ));
        }
        let client = open(http, &settings.base_url, &settings.api_key)?;
        Ok(Self {
            client,
            settings,
            dialect: Dialect::default(),
        })
    }

    /// One request; once more for each parameter that the server turns out not to know.
    async fn batch(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, LlmError> {
        let mut body = Map::new();
        body.insert("model".to_owned(), json!(self.settings.model));
        body.insert("input".to_owned(), json!(texts));
        body.insert("encoding_format".to_owned(), json!("float"));
        body.insert("dimensions".to_owned(), json!(self.settings.dimension));
        loop {
            let spoken = self.dialect.spoken(&body);
            match self
                .client
                .embeddings()
                .create_byot(&spoken)
                .await
                .map_err(understand)
            {
                Ok(answer) => return self.check(answer, texts.len()),
                Err(error) if self.dialect.learn(&error, &spoken) => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn check(&self, answer: Embeddings, count: usize) -> Result<Vec<Vec<f32>>, LlmError> {
        let mut data = answer.data;
        if data.len() != count {
            let message = format!("{} vectors for {count} texts", data.len());
            return Err(LlmError::malformed(message));
        }
        // Servers that number nothing keep the order.
        data.sort_by_key(|embedding| embedding.index);
        let expected = self.settings.dimension;
        for embedding in &data {
            let actual = embedding.embedding.len();
            if actual != expected {
                return Err(LlmError::settings(format!(
                    "the model's vectors have {actual} numbers and not {expected}"
                )));
            }
            if !embedding.embedding.iter().all(|number| number.is_finite()) {
                return Err(LlmError::malformed("a vector with a number that is none"));
            }
        }
        Ok(data
            .into_iter()
            .map(|embedding| embedding.embedding)
            .collect())
    }
}

#[async_trait]
impl Embedder for OpenAiEmbedder {
    async fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, LlmError> {
        let mut vectors = Vec::with_capacity(texts.len());
        for batch in texts.chunks(BATCH) {
            let embedded = tokio::time::timeout(self.settings.timeout, self.batch(batch)).await;
            vectors.extend(embedded.unwrap_or(Err(LlmError::Timeout))?);
        }
        Ok(vectors)
    }

    fn dimension(&self) -> usize {
        self.settings.dimension
    }
}
