//! Talks to a language model: asks for a reply ([`ChatModel`]), for vectors ([`Embedder`]) and for
//! the order of passages ([`Reranker`]).
//!
//! [`OpenAiModel`] speaks to any server with `OpenAI`'s protocol, and [`ExtractiveModel`] answers
//! with the passages' own sentences when there is no key. What a model says is never trusted: it
//! is read leniently here and checked by whoever asked.

pub mod chain;
mod choose;
pub mod embed;
pub mod error;
pub mod extractive;
pub mod model;
pub mod openai;
pub mod probe;
mod quote;
pub mod rerank;

pub use chain::{ChainLink, ChainModel};
pub use embed::Embedder;
pub use error::LlmError;
pub use extractive::ExtractiveModel;
pub use model::{
    Attempt, ChatModel, ChatTurn, Citation, DeltaSink, FallbackTexts, GroundingPassage, NoDeltas,
    Prices, ReplyOutcome, ReplyRequest, Speaker, StructuredReply,
};
pub use openai::{
    Form, OpenAiEmbedder, OpenAiEmbedderSettings, OpenAiModel, OpenAiModelSettings,
    native_dimension,
};
pub use probe::{
    Endpoint, LanguageScore, ProbeReport, known_languages, paraphrases, probe_chat, probe_embedder,
    probe_reranker,
};
pub use rerank::{HttpReranker, Ranked, Reranker, RerankerSettings};
