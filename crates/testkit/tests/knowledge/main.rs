//! `xin-knowledge` over every vector store there is.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests, which clippy does not see as tests"
)]

mod retrieval;
mod vector_stores;
