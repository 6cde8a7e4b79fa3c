//! Orders passages by how well they answer a question, with a model behind a `/rerank` endpoint.

use std::collections::HashSet;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};
use url::Url;

use crate::error::LlmError;
use crate::openai::{api_base, refusal, sent};

/// Documents in one request; those after are left as they are.
const MOST_DOCUMENTS: usize = 100;
/// Characters of a document that are sent: more than any such model reads.
const MOST_CHARACTERS: usize = 8000;
/// An answer is read up to here.
const MOST_BYTES: usize = 1024 * 1024;

/// Orders passages by how well they answer a question.
#[async_trait]
pub trait Reranker: Send + Sync {
    /// The best `top` of the documents, the best first. Documents that the model says nothing about
    /// are not among them.
    async fn rerank(
        &self,
        query: &str,
        documents: &[String],
        top: usize,
    ) -> Result<Vec<Ranked>, LlmError>;

    /// The model's name in traces.
    fn name(&self) -> &str;
}

/// A document's place in the order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// Which document; the first is 0.
    pub index: usize,
    /// How relevant the model finds it; only the order means something.
    pub score: f32,
}

/// Which reranker to ask, and where.
#[derive(Clone)]
pub struct RerankerSettings {
    /// The server's address, with or without `/v1`.
    pub base_url: String,
    /// The key; empty for servers that ask for none.
    pub api_key: String,
    /// The model's name at that server.
    pub model: String,
    /// How long one request may take.
    pub timeout: Duration,
}

/// A reranker behind the protocol of Jina and Cohere, which many servers speak.
pub struct HttpReranker {
    http: reqwest::Client,
    endpoint: Url,
    settings: RerankerSettings,
}

impl HttpReranker {
    /// A reranker on that client, which brings the proxy and the connection's timeouts.
    pub fn new(http: reqwest::Client, settings: RerankerSettings) -> Result<Self, LlmError> {
        if settings.model.trim().is_empty() {
            return Err(LlmError::settings("the reranker has no name"));
        }
        let settings = RerankerSettings {
            api_key: settings.api_key.trim().to_owned(),
            ..settings
        };
        HeaderValue::from_str(&settings.api_key)
            .map_err(|_invalid| LlmError::settings("the key has characters that no key has"))?;
        let endpoint = format!("{}/rerank", api_base(&settings.base_url)?);
        let endpoint = Url::parse(&endpoint)
            .map_err(|error| LlmError::settings(format!("the address is no URL: {error}")))?;
        Ok(Self {
            http,
            endpoint,
            settings,
        })
    }

    async fn ask(&self, body: &Value) -> Result<Value, LlmError> {
        let mut request = self.http.post(self.endpoint.clone()).json(body);
        if !self.settings.api_key.is_empty() {
            request = request.bearer_auth(&self.settings.api_key);
        }
        let mut response = request.send().await.map_err(sent)?;
        if !response.status().is_success() {
            return Err(refusal(response, &self.settings.api_key).await);
        }
        let mut bytes = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(sent)? {
            bytes.extend_from_slice(&piece);
            if bytes.len() > MOST_BYTES {
                return Err(LlmError::malformed("it does not end"));
            }
        }
        serde_json::from_slice(&bytes).map_err(|error| {
            LlmError::malformed(format!("the server's answer is no JSON: {error}"))
        })
    }
}

#[async_trait]
impl Reranker for HttpReranker {
    async fn rerank(
        &self,
        query: &str,
        documents: &[String],
        top: usize,
    ) -> Result<Vec<Ranked>, LlmError> {
        let sent: Vec<String> = documents
            .iter()
            .take(MOST_DOCUMENTS)
            .map(|document| document.chars().take(MOST_CHARACTERS).collect())
            .collect();
        let top = top.min(sent.len());
        if top == 0 {
            return Ok(Vec::new());
        }
        let body = json!({
            "model": self.settings.model, "query": query, "documents": sent, "top_n": top,
        });
        let answer = tokio::time::timeout(self.settings.timeout, self.ask(&body)).await;
        read(&answer.unwrap_or(Err(LlmError::Timeout))?, sent.len(), top)
    }

    fn name(&self) -> &str {
        &self.settings.model
    }
}

/// The order in an answer: under `results` or `data`, or the list itself, with the score under the
/// name of either protocol. Places that no document has, and repeats, are passed over.
fn read(answer: &Value, count: usize, top: usize) -> Result<Vec<Ranked>, LlmError> {
    let listed = answer
        .get("results")
        .or_else(|| answer.get("data"))
        .unwrap_or(answer)
        .as_array()
        .ok_or_else(|| LlmError::malformed("it holds no results"))?;
    let mut seen = HashSet::new();
    let mut ranked: Vec<Ranked> = listed
        .iter()
        .filter_map(|entry| {
            let index = usize::try_from(entry.get("index")?.as_u64()?).ok()?;
            let score = ["relevance_score", "score"]
                .into_iter()
                .find_map(|name| number(entry.get(name)?))?;
            (index < count && seen.insert(index)).then_some(Ranked { index, score })
        })
        .collect();
    if ranked.is_empty() {
        return Err(LlmError::malformed("none of its results can be read"));
    }
    ranked.sort_by(|one, other| {
        let by_score = other.score.total_cmp(&one.score);
        by_score.then(one.index.cmp(&other.index))
    });
    ranked.truncate(top);
    Ok(ranked)
}

fn number(value: &Value) -> Option<f32> {
    let number: f32 = match value {
        Value::Number(number) => number.to_string().parse().ok()?,
        Value::String(written) => written.trim().parse().ok()?,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn order(answer: &str) -> Option<Vec<usize>> {
        let answer = serde_json::from_str(answer).unwrap();
        let ranked = read(&answer, 3, 2).ok()?;
        Some(ranked.iter().map(|ranked| ranked.index).collect())
    }

    #[test]
    fn both_protocols_and_their_relatives_are_read() {
        let jina =
            r#"{"results":[{"index":2,"relevance_score":0.9},{"index":0,"relevance_score":0.95}]}"#;
        assert_eq!(order(jina), Some(vec![0, 2]));
        let bare = r#"[{"index":1,"score":"-3.5"},{"index":0,"score":-7}]"#;
        assert_eq!(order(bare), Some(vec![1, 0]));
        let odd = r#"{"data":[{"index":9,"score":1},{"index":1,"score":1},{"index":1,"score":2},null,{"index":2}]}"#;
        assert_eq!(order(odd), Some(vec![1]));
        for nothing in ["{}", "[]", "null", r#"{"results":"no"}"#] {
            assert_eq!(order(nothing), None, "{nothing}");
        }
    }

    proptest! {
        #[test]
        fn any_answer_gives_places_that_exist(
            entries in prop::collection::vec((any::<u64>(), any::<Option<f64>>()), 0..9),
            (count, top) in (0_usize..5, 0_usize..5),
        ) {
            let entries: Vec<_> = entries
                .iter()
                .map(|(index, score)| json!({"index": index % 7, "score": score}))
                .collect();
            if let Ok(ranked) = read(&json!({"results": entries}), count, top) {
                prop_assert!(ranked.len() <= top);
                prop_assert!(ranked.iter().all(|ranked| ranked.index < count));
            }
        }
    }
}
