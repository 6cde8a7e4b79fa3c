//! Who is asking: passwords, tokens, and the extractors that every handler starts with.

pub mod caller;
pub mod passwords;
pub mod refresh_cookie;
pub mod staff;
pub mod tokens;
pub mod visitor;

pub use caller::{Caller, Knowledge, Products};
pub use staff::{Administers, Owns, Reads, Replies, Staff};
pub use visitor::Visitor;
