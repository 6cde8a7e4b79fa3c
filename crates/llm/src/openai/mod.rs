//! Servers that speak `OpenAI`'s protocol: the company's own, and the many compatible ones.
//!
//! Compatible servers differ in which parameters they accept and how much of the protocol they
//! fill in, so answers are read leniently (`wire`), a parameter that a server refuses is left out
//! from then on, and the structure of a reply is asked for by the best means that the server has
//! (`dialect`, `form`).

mod address;
mod chat;
mod connection;
mod dialect;
mod embedder;
mod form;
mod reply_reader;
mod text_field;
mod thoughts;
mod transcript;
mod wire;

pub(crate) use address::api_base;
pub use chat::{OpenAiModel, OpenAiModelSettings};
pub(crate) use connection::{refusal, sent};
pub use embedder::{OpenAiEmbedder, OpenAiEmbedderSettings, native_dimension};
pub use form::Form;
