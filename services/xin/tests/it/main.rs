//! The walkthroughs of ARCHITECTURE.md, against the running programs. The stories do not know in
//! which shape the product runs.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on panics"
)]

mod answers;
mod documents;
mod formats;
mod ingest_kill;
mod models;
mod shapes;
mod spaces;
mod stories;
mod website;
