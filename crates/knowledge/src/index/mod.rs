//! The index of a tenant's passages, over an embedded store or a Qdrant server.
//!
//! One store per tenant and space of vectors: nothing of one tenant can be found by another, and
//! the word statistics (IDF) of one do not weigh in another's scores. A store is created by the
//! first passage put into it. A store without a space holds words alone.

mod backend;
#[cfg(feature = "embedded")]
mod embedded;
mod fusion;
mod qdrant;
mod space;

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use xin_domain::{DocumentId, TenantId};

use self::backend::{CandidateQuery, Removal, StoreName, VectorBackend};
use crate::error::KnowledgeError;
use crate::passage::{IndexQuery, Passage, PassageVectors, ScoredPassage};

pub use space::Space;

/// Passages written in one go: about half a megabyte, well below every limit on the way.
const BATCH: usize = 64;
/// The least number of candidates asked of a store, for both orders to have something to agree on.
const LEAST_CANDIDATES: usize = 20;

/// How to reach the store.
#[derive(Clone, Debug)]
pub struct IndexOptions {
    /// Sent to a Qdrant server that asks for one.
    pub api_key: Option<String>,
    /// How long one call to a server may take.
    pub timeout: Duration,
}

impl Default for IndexOptions {
    fn default() -> Self {
        Self {
            api_key: None,
            timeout: Duration::from_secs(10),
        }
    }
}

/// The vector store, from which the index of each tenant is taken; clones are cheap and share it.
#[derive(Clone)]
pub struct KnowledgeIndex {
    backend: Arc<dyn VectorBackend>,
}

impl KnowledgeIndex {
    /// Opens the store of that address: `embedded:<folder>`, or `http://…` or `https://…` of a
    /// Qdrant server's gRPC port. A server is not contacted before the first use.
    pub fn open(url: &str, options: IndexOptions) -> Result<Self, KnowledgeError> {
        let backend: Arc<dyn VectorBackend> = if let Some(folder) = url.strip_prefix("embedded:") {
            embedded_backend(folder)?
        } else if url.starts_with("http://") || url.starts_with("https://") {
            Arc::new(qdrant::QdrantBackend::connect(url, options)?)
        } else {
            return Err(KnowledgeError::Invalid(
                "the address of the vector store begins with embedded:, http:// or https://"
                    .to_owned(),
            ));
        };
        Ok(Self { backend })
    }

    /// The index of one tenant in that space, or of words alone; nothing is opened or created yet.
    #[must_use]
    pub fn tenant(&self, tenant: TenantId, space: Option<&Space>) -> TenantIndex {
        TenantIndex {
            backend: Arc::clone(&self.backend),
            tenant,
            store: StoreName::new(tenant, space),
        }
    }

    /// Fails when the store would not serve a request now.
    pub async fn check(&self) -> Result<(), KnowledgeError> {
        self.backend.check().await
    }
}

#[cfg(feature = "embedded")]
fn embedded_backend(folder: &str) -> Result<Arc<dyn VectorBackend>, KnowledgeError> {
    Ok(Arc::new(embedded::EmbeddedBackend::open(folder)?))
}

#[cfg(not(feature = "embedded"))]
fn embedded_backend(_folder: &str) -> Result<Arc<dyn VectorBackend>, KnowledgeError> {
    Err(KnowledgeError::Invalid(
        "this program is built without the embedded vector store: give the address of a Qdrant \
         server"
            .to_owned(),
    ))
}

/// The passages of one tenant, and no other way to reach them.
#[derive(Clone)]
pub struct TenantIndex {
    backend: Arc<dyn VectorBackend>,
    tenant: TenantId,
    store: StoreName,
}

impl TenantIndex {
    /// Adds passages, or replaces those of the same id; they are durable when this returns.
    pub async fn put(&self, entries: Vec<(Passage, PassageVectors)>) -> Result<(), KnowledgeError> {
        for (_, vectors) in &entries {
            self.check_dense(vectors.dense.as_deref())?;
        }
        let mut entries = entries.into_iter();
        loop {
            let batch: Vec<_> = entries.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                return Ok(());
            }
            self.backend.put(self.store, batch).await?;
        }
    }

    /// Takes a document out, all of its versions.
    pub async fn remove_document(&self, document: DocumentId) -> Result<(), KnowledgeError> {
        self.backend
            .remove(self.store, Removal::Document(document))
            .await
    }

    /// After a swap: takes out every version of a document but the given one.
    pub async fn keep_only_version(
        &self,
        document: DocumentId,
        version: i64,
    ) -> Result<(), KnowledgeError> {
        self.backend
            .remove(self.store, Removal::OtherVersions(document, version))
            .await
    }

    /// Takes one passage out, or one copy that is found by another phrasing.
    pub async fn remove_passage(&self, id: Uuid) -> Result<(), KnowledgeError> {
        self.backend.remove(self.store, Removal::Passage(id)).await
    }

    /// The passages nearest to the question, best first; none when the tenant has no store.
    ///
    /// While a document is being replaced both versions are stored and found; which of them is
    /// served the caller knows, from the database.
    pub async fn search(&self, query: &IndexQuery) -> Result<Vec<ScoredPassage>, KnowledgeError> {
        self.check_dense(query.dense.as_deref())?;
        let sparse = Some(query.sparse.clone()).filter(|sparse| !sparse.indices.is_empty());
        if query.limit == 0 || (sparse.is_none() && query.dense.is_none()) {
            return Ok(Vec::new());
        }
        let candidates = CandidateQuery {
            sparse,
            dense: query.dense.clone(),
            limit: query.limit.saturating_mul(4).max(LEAST_CANDIDATES),
        };
        let candidates = self.backend.search(self.store, candidates).await?;
        Ok(fusion::fuse(candidates, query.limit))
    }

    /// How many passages are stored, of all versions.
    pub async fn count(&self) -> Result<u64, KnowledgeError> {
        self.backend.count(self.store).await
    }

    /// Removes the passages of this space; those of the tenant's other spaces stay.
    pub async fn remove_space(&self) -> Result<(), KnowledgeError> {
        self.backend.remove_store(self.store).await
    }

    /// Forgets the tenant: every store of it, of whatever space, is gone.
    pub async fn remove_all(&self) -> Result<(), KnowledgeError> {
        self.backend.remove_tenant(self.tenant).await
    }

    fn check_dense(&self, dense: Option<&[f32]>) -> Result<(), KnowledgeError> {
        match (dense.map(<[f32]>::len), self.store.dimension) {
            (None, _) => Ok(()),
            (Some(given), Some(wanted)) if given == wanted => Ok(()),
            (Some(given), Some(wanted)) => Err(KnowledgeError::Invalid(format!(
                "the index holds dense vectors of length {wanted}, not {given}"
            ))),
            (Some(_), None) => Err(KnowledgeError::Invalid(
                "an index of words alone holds no dense vectors".to_owned(),
            )),
        }
    }
}
