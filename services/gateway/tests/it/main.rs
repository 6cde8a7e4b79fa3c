//! The gateway through its public door: real routes on a real server, a database of its own, the
//! embedded broker. Only the outside world is played.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a step that goes wrong ends the test"
)]

mod ai;
mod ai_settings;
mod api_keys;
mod auth;
mod channels;
mod conversations;
mod faqs;
mod gateway;
mod knowledge;
mod live;
mod malformed;
mod pages;
mod passages;
mod products;
mod tenancy;
mod websites;
mod widget;
