//! An embedder behind `OpenAI`'s protocol.

use std::time::Duration;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_trait::async_trait;
use serde_json::{Map, Value, json};

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
        let mut body = body(&self.settings.model, texts);
        body.insert("dimensions".to_owned(), json!(self.settings.dimension));
        let answer = ask(&self.client, &self.dialect, &body).await?;
        self.check(answer, texts.len())
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

fn body(model: &str, texts: &[String]) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(model));
    body.insert("input".to_owned(), json!(texts));
    body.insert("encoding_format".to_owned(), json!("float"));
    body
}

/// Asks until the server understands the question.
async fn ask(
    client: &Client<OpenAIConfig>,
    dialect: &Dialect,
    body: &Map<String, Value>,
) -> Result<Embeddings, LlmError> {
    loop {
        let spoken = dialect.spoken(body);
        let answer = client.embeddings().create_byot(&spoken).await;
        match answer.map_err(understand) {
            Ok(answer) => return Ok(answer),
            Err(error) if dialect.learn(&error, &spoken) => {}
            Err(error) => return Err(error),
        }
    }
}

/// How many numbers the vectors of the model at `settings` have when nothing is asked for. The
/// settings' own dimension does not matter.
pub async fn native_dimension(
    http: reqwest::Client,
    settings: &OpenAiEmbedderSettings,
) -> Result<usize, LlmError> {
    let client = open(http, &settings.base_url, &settings.api_key)?;
    let body = body(&settings.model, &["dimension".to_owned()]);
    let dialect = Dialect::default();
    let answer = tokio::time::timeout(settings.timeout, ask(&client, &dialect, &body)).await;
    let answer = answer.unwrap_or(Err(LlmError::Timeout))?;
    match answer.data.first().map(|first| first.embedding.len()) {
        Some(dimension) if dimension > 0 => Ok(dimension),
        Some(_) | None => Err(LlmError::malformed("it holds no vector")),
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
