//! What can go wrong between a question and the passages that answer it.
//!
//! Policy: a store that is away or slow is transient and the caller tries again; a wrong vector or
//! a wrong address is the caller's mistake; everything else is ours. An absent collection is never
//! an error: a tenant without knowledge has no hits.

use xin_domain::ErrorKind;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why the knowledge of a tenant could not be stored or searched.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// The vector store cannot be reached.
    #[error("the vector store cannot be reached")]
    Unavailable(#[source] Cause),
    /// The vector store did not answer in time.
    #[error("the vector store did not answer in time")]
    Timeout(#[source] Cause),
    /// The vector store asks us to come back later.
    #[error("the vector store is busy")]
    Busy(#[source] Cause),
    /// A setting, a vector or a request is wrong and stays wrong.
    #[error("{0}")]
    Invalid(String),
    /// A stored passage does not read back.
    #[error("a stored passage of {store} cannot be read")]
    Unreadable {
        /// The collection or folder it was found in.
        store: String,
        /// What the reader said.
        #[source]
        source: serde_json::Error,
    },
    /// The vector store failed in a way nobody foresaw.
    #[error("the vector store failed")]
    Store(#[source] Cause),
}

impl KnowledgeError {
    /// What the error means to whoever receives it.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Unavailable(_) => ErrorKind::Unavailable,
            Self::Timeout(_) => ErrorKind::Timeout,
            Self::Busy(_) => ErrorKind::RateLimited,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Unreadable { .. } | Self::Store(_) => ErrorKind::Internal,
        }
    }
}
