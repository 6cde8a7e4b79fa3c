//! What a vector store has to do for us; the rest is the same code above every store.

use std::fmt;

use async_trait::async_trait;
use uuid::Uuid;
use xin_domain::{DocumentId, TenantId};
use xin_text::sparse::SparseVector;

use super::space::Space;
use crate::error::KnowledgeError;
use crate::passage::{Passage, PassageVectors};

/// The name of the vector of meanings.
pub(super) const DENSE: &str = "dense";
/// The name of the vector of words.
pub(super) const SPARSE: &str = "sparse";
/// The payload field every removal filters by.
pub(super) const DOCUMENT_ID: &str = "document_id";
/// The payload field that tells an old passage from its replacement.
pub(super) const VERSION: &str = "version";

/// One collection or folder: a tenant never shares one, and a vector of another space never lands
/// in one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoreName {
    tenant: TenantId,
    space: Option<Uuid>,
    pub(super) dimension: Option<usize>,
}

impl StoreName {
    pub(super) fn new(tenant: TenantId, space: Option<&Space>) -> Self {
        Self {
            tenant,
            // Whatever a space is called, the name of its store is short and can be a folder's.
            space: space.map(|space| Uuid::new_v5(&tenant.uuid(), space.id().as_bytes())),
            dimension: space.map(Space::dimension),
        }
    }

    /// Whether `name` is a store of that tenant, of whatever space.
    pub(super) fn belongs_to(name: &str, tenant: TenantId) -> bool {
        name.strip_prefix(&tenant.to_string())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("-s"))
    }
}

impl fmt::Display for StoreName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.space {
            None => write!(formatter, "{}", self.tenant),
            Some(space) => write!(formatter, "{}-s{}", self.tenant, space.simple()),
        }
    }
}

/// What is taken out of a store.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Removal {
    /// A document, all of its versions.
    Document(DocumentId),
    /// The versions of a document other than this one.
    OtherVersions(DocumentId, i64),
    /// One passage, by its id.
    Passage(Uuid),
}

/// The two questions a store answers; an absent one has no candidates.
#[derive(Clone, Debug)]
pub(crate) struct CandidateQuery {
    pub(super) sparse: Option<SparseVector>,
    pub(super) dense: Option<Vec<f32>>,
    pub(super) limit: usize,
}

/// The nearest passages by words and by meaning, each with the store's own score.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    pub(super) sparse: Vec<(Passage, f32)>,
    pub(super) dense: Vec<(Passage, f32)>,
}

/// A place that keeps vectors.
#[async_trait]
pub(crate) trait VectorBackend: Send + Sync {
    /// Fails when the store would not serve.
    async fn check(&self) -> Result<(), KnowledgeError>;

    /// Adds or replaces passages by their id, and creates the store first if need be. They are
    /// durable and found by the next search once this returns.
    async fn put(
        &self,
        store: StoreName,
        entries: Vec<(Passage, PassageVectors)>,
    ) -> Result<(), KnowledgeError>;

    /// Takes passages out; an absent store has nothing to lose.
    async fn remove(&self, store: StoreName, removal: Removal) -> Result<(), KnowledgeError>;

    /// The candidates of both kinds; an absent store has none.
    async fn search(
        &self,
        store: StoreName,
        query: CandidateQuery,
    ) -> Result<Candidates, KnowledgeError>;

    /// How many passages the store holds.
    async fn count(&self, store: StoreName) -> Result<u64, KnowledgeError>;

    /// Removes one store, if it is there.
    async fn remove_store(&self, store: StoreName) -> Result<(), KnowledgeError>;

    /// Removes every store of the tenant.
    async fn remove_tenant(&self, tenant: TenantId) -> Result<(), KnowledgeError>;
}
