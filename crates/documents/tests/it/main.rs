//! Files as people upload them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod bounds;
mod fixtures;
mod formats;
mod html;
mod pdf;
mod properties;
mod sandbox;
