//! Websites become knowledge: the real crawl against a site on this machine, a database and a file
//! store of its own.
#![expect(clippy::unwrap_used, reason = "a step that goes wrong ends the test")]

mod crawl;
mod fresh;
mod resume;
mod site;
mod work;
