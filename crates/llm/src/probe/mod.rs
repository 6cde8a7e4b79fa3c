//! "Test connection": what of a model works, and what to do about what does not.

mod chat;
mod embedder;
mod reranker;
mod sentences;

use std::time::Duration;

use crate::error::LlmError;
use crate::openai::Form;

pub use chat::probe_chat;
pub use embedder::{known_languages, paraphrases, probe_embedder};
pub use reranker::probe_reranker;

/// A model to try, and where.
#[derive(Clone)]
pub struct Endpoint {
    /// The server's address, with or without `/v1`.
    pub base_url: String,
    /// The key; empty for servers that ask for none.
    pub api_key: String,
    /// The model's name at that server.
    pub model: String,
    /// How long one request may take.
    pub timeout: Duration,
}

/// What of a model works.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProbeReport {
    /// Whether it can be used at all.
    pub works: bool,
    /// How long its answer took, in milliseconds.
    pub latency_milliseconds: Option<u64>,
    /// Whether it shows its words while it writes (chat).
    pub streams: Option<bool>,
    /// By which means it gives a structure (chat).
    pub structured: Option<Form>,
    /// How many numbers its vectors have (embedder).
    pub dimension: Option<usize>,
    /// Which languages it knows (embedder).
    pub languages: Vec<LanguageScore>,
    /// What is wrong, and what to do about it, in sentences for people.
    pub problems: Vec<String>,
}

/// How well an embedder knows a language.
#[derive(Clone, Debug, PartialEq)]
pub struct LanguageScore {
    /// The ISO 639-1 code.
    pub language: &'static str,
    /// The share of sentences whose paraphrase is nearest among all others, from 0 to 1.
    pub score: f32,
    /// Whether that is enough to retrieve with.
    pub known: bool,
}

impl ProbeReport {
    fn failed(error: &LlmError, endpoint: &Endpoint) -> Self {
        Self {
            problems: vec![advice(error, endpoint.timeout)],
            ..Self::default()
        }
    }

    /// The codes of the languages that the embedder knows.
    #[must_use]
    pub fn known_languages(&self) -> Vec<String> {
        let known = self.languages.iter().filter(|score| score.known);
        known.map(|score| score.language.to_owned()).collect()
    }
}

/// What happened and what to do about it.
fn advice(error: &LlmError, timeout: Duration) -> String {
    match error {
        LlmError::Timeout => format!(
            "The server did not answer within {} seconds: check the address, choose a faster \
             model, or allow more time.",
            timeout.as_secs_f32()
        ),
        LlmError::RateLimited { .. } => "The server takes no more requests for now: check the \
             plan and its limits, then test again."
            .to_owned(),
        LlmError::Unavailable { message } => format!(
            "The server cannot be reached or fails ({message}): check the address and that the \
             server runs."
        ),
        LlmError::KeyRefused { status } => format!(
            "The server refuses the key ({status}): copy the key once more and check that it may \
             use this model."
        ),
        LlmError::Refused {
            status: 404,
            message,
        } => format!(
            "The server knows no such model or address ({message}): check the model's name and \
             the address."
        ),
        LlmError::Refused {
            status: 402,
            message,
        } => format!("The server wants to be paid ({message}): add credit to the account."),
        LlmError::Refused { status, message } => format!(
            "The server refuses the request ({status}: {message}): check that the model does what \
             it is to do here."
        ),
        LlmError::Settings { message } => format!("The settings cannot work: {message}."),
        LlmError::Malformed { message } => format!(
            "The server answers in a form that is not understood ({message}): check that the \
             address is of an OpenAI-compatible API, and choose a model that keeps to the form it \
             is asked for."
        ),
    }
}
