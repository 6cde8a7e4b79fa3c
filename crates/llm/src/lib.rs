//! Talks to a language model: asks for a reply ([`ChatModel`]) and for vectors ([`Embedder`]).
//!
//! [`OpenAiModel`] speaks to any server with `OpenAI`'s protocol, and [`ExtractiveModel`] answers
//! with the passages' own sentences when there is no key. What a model says is never trusted: it
//! is read leniently here and checked by whoever asked.

pub mod embed;
pub mod error;
pub mod extractive;
pub mod model;
pub mod openai;
mod quote;

pub use embed::Embedder;
pub use error::LlmError;
pub use extractive::ExtractiveModel;
pub use model::{
    ChatModel, ChatTurn, Citation, DeltaSink, FallbackTexts, GroundingPassage, NoDeltas,
    ReplyOutcome, ReplyRequest, Speaker, StructuredReply,
};
pub use openai::{OpenAiEmbedder, OpenAiEmbedderSettings, OpenAiModel, OpenAiModelSettings};
