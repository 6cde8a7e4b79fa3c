//! Files as people upload them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod pdf;
