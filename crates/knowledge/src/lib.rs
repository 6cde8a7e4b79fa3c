//! A tenant's knowledge: passages, and from a question to the passages that answer it.
//!
//! [`KnowledgeIndex`] keeps passages with their vectors, one store per tenant, embedded or on a
//! Qdrant server; [`Retriever`] finds them and says how sure it is that they answer.

pub mod confidence;
mod error;
pub mod index;
mod neighbours;
mod passage;
mod question;
mod retrieve;
#[cfg(feature = "testing")]
pub mod testing;

pub use confidence::{Calibration, Calibrator, Confidence};
pub use error::KnowledgeError;
pub use index::{IndexOptions, KnowledgeIndex, Space, TenantIndex};
pub use neighbours::joined;
pub use passage::{IndexQuery, Passage, PassageVectors, ScoredPassage};
pub use retrieve::{ANSWER_CONFIDENCE, Meaning, Retrieval, Retriever, TenantSearch, confidence};
