//! Who is asking: passwords, tokens, and the extractors that every handler starts with.

pub mod passwords;
pub mod refresh_cookie;
pub mod staff;
pub mod tokens;
pub mod visitor;

pub use staff::{Administers, Reads, Replies, Staff};
pub use visitor::Visitor;
