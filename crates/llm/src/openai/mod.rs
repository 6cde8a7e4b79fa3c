//! Servers that speak `OpenAI`'s protocol: the company's own, and the many compatible ones.
//!
//! Compatible servers differ in which parameters they accept and how much of the protocol they
//! fill in, so answers are read leniently (`wire`) and a parameter that a server refuses is left
//! out from then on (`dialect`).

mod address;
mod chat;
mod connection;
mod dialect;
mod embedder;
mod reply_reader;
mod text_field;
mod thoughts;
mod wire;

pub use chat::{OpenAiModel, OpenAiModelSettings};
pub use embedder::{OpenAiEmbedder, OpenAiEmbedderSettings};
