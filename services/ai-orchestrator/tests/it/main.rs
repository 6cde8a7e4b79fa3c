//! Turns from their command to the proposal, on a real database, broker and index; only the
//! model's server is played.
#![expect(clippy::unwrap_used, reason = "a step that goes wrong ends the test")]

mod answers;
mod injections;
mod shop;
mod trials;
