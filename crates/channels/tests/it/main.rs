//! The channels against servers that play their platforms.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

// Compiled in by path: a dependency on the test kit would bring the database and the vector
// engine into these tests.
#[path = "../../../testkit/src/stand_in_server.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod stand_in_server;
#[path = "../../../testkit/src/telegram_stand_in/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod telegram_stand_in;

mod telegram_client;
mod telegram_decode;
