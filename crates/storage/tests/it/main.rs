//! The repositories on every backend, and the database's own word on tenancy.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod policies;
mod suite;
