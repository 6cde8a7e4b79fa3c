//! The embedded store: Qdrant's engine in our process, a folder per tenant and space.
//!
//! The engine is synchronous, so every call goes to the blocking pool. One process owns the
//! folder; a second one is refused by the engine's lock.

mod log;
mod point;
mod shards;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use qdrant_edge::{
    Condition, CountRequest, EdgeShard, FieldCondition, Filter, Match, OperationError, PointId,
    PointInsertOperations, PointOperations, ScoredPoint, UpdateOperation, ValueVariants,
};
use xin_domain::TenantId;

use self::shards::OpenShards;
use super::backend::{
    CandidateQuery, Candidates, DOCUMENT_ID, Removal, StoreName, VERSION, VectorBackend,
};
use crate::error::KnowledgeError;
use crate::passage::{Passage, PassageVectors};

/// Stores kept open. One costs about 0.7 MB and 34 memory maps, opening one 10 ms.
const OPEN_STORES: usize = 64;

pub(super) struct EmbeddedBackend {
    folder: PathBuf,
    shards: Arc<OpenShards>,
}

impl EmbeddedBackend {
    pub(super) fn open(folder: &str) -> Result<Self, KnowledgeError> {
        if folder.is_empty() {
            return Err(KnowledgeError::Invalid(
                "embedded: is followed by the folder of the vector store".to_owned(),
            ));
        }
        let folder = PathBuf::from(folder);
        create_folder(&folder)?;
        let shards = Arc::new(OpenShards::new(folder.clone(), OPEN_STORES));
        Ok(Self { folder, shards })
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&OpenShards) -> Result<T, KnowledgeError> + Send + 'static,
    ) -> Result<T, KnowledgeError> {
        let shards = Arc::clone(&self.shards);
        // The engine panics where a disk fails; that ends this call and nothing else.
        tokio::task::spawn_blocking(move || work(&shards))
            .await
            .map_err(|panic| KnowledgeError::Store(panic.into()))?
    }
}

fn create_folder(folder: &Path) -> Result<(), KnowledgeError> {
    std::fs::create_dir_all(folder).map_err(|error| {
        KnowledgeError::Invalid(format!(
            "the folder {} of the vector store cannot be created: {error}",
            folder.display()
        ))
    })
}

#[async_trait]
impl VectorBackend for EmbeddedBackend {
    async fn check(&self) -> Result<(), KnowledgeError> {
        let metadata = std::fs::metadata(&self.folder)
            .map_err(|error| KnowledgeError::Unavailable(error.into()))?;
        if metadata.is_dir() && !metadata.permissions().readonly() {
            return Ok(());
        }
        Err(KnowledgeError::Unavailable(
            "the folder of the vector store is not writable".into(),
        ))
    }

    async fn put(
        &self,
        store: StoreName,
        entries: Vec<(Passage, PassageVectors)>,
    ) -> Result<(), KnowledgeError> {
        self.blocking(move |shards| {
            let points = point::to_points(store, entries)?;
            let upsert = PointOperations::UpsertPoints(PointInsertOperations::PointsList(points));
            shards.add(store, UpdateOperation::PointOperation(upsert))
        })
        .await
    }

    async fn remove(&self, store: StoreName, removal: Removal) -> Result<(), KnowledgeError> {
        self.blocking(move |shards| {
            let delete = deletion(removal)?;
            shards.remove(store, UpdateOperation::PointOperation(delete))
        })
        .await
    }

    async fn search(
        &self,
        store: StoreName,
        query: CandidateQuery,
    ) -> Result<Candidates, KnowledgeError> {
        self.blocking(move |shards| {
            let candidates = shards.read(store, |shard| {
                let mut candidates = Candidates::default();
                if let Some(sparse) = query.sparse {
                    let request = point::nearest_words(sparse, query.limit)?;
                    candidates.sparse = passages(store, shard, request)?;
                }
                if let Some(dense) = query.dense {
                    let request = point::nearest_meaning(dense, query.limit);
                    candidates.dense = passages(store, shard, request)?;
                }
                Ok(candidates)
            })?;
            Ok(candidates.unwrap_or_default())
        })
        .await
    }

    async fn count(&self, store: StoreName) -> Result<u64, KnowledgeError> {
        self.blocking(move |shards| {
            let count = shards.read(store, |shard| {
                shard
                    .count(CountRequest {
                        filter: None,
                        exact: true,
                    })
                    .map_err(explain)
            })?;
            Ok(u64::try_from(count.unwrap_or_default()).unwrap_or(u64::MAX))
        })
        .await
    }

    async fn remove_store(&self, store: StoreName) -> Result<(), KnowledgeError> {
        self.blocking(move |shards| shards.remove_store(&store.to_string()))
            .await
    }

    async fn remove_tenant(&self, tenant: TenantId) -> Result<(), KnowledgeError> {
        self.blocking(move |shards| shards.remove_tenant(tenant))
            .await
    }
}

fn passages(
    store: StoreName,
    shard: &EdgeShard,
    request: qdrant_edge::QueryRequest,
) -> Result<Vec<(Passage, f32)>, KnowledgeError> {
    let points: Vec<ScoredPoint> = shard.query(request).map_err(explain)?;
    points
        .into_iter()
        .map(|found| point::to_passage(store, found))
        .collect()
}

fn deletion(removal: Removal) -> Result<PointOperations, KnowledgeError> {
    let of = |document: xin_domain::DocumentId| {
        matches(DOCUMENT_ID, ValueVariants::String(document.to_string()))
    };
    let filter = match removal {
        Removal::Document(document) => Filter::new_must(of(document)?),
        Removal::OtherVersions(document, version) => Filter {
            must_not: Some(vec![matches(VERSION, ValueVariants::Integer(version))?]),
            ..Filter::new_must(of(document)?)
        },
        Removal::Passage(id) => {
            let ids = vec![PointId::Uuid(id)];
            return Ok(PointOperations::DeletePoints { ids });
        }
    };
    Ok(PointOperations::DeletePointsByFilter(filter))
}

fn matches(field: &str, value: ValueVariants) -> Result<Condition, KnowledgeError> {
    Ok(Condition::Field(FieldCondition::new_match(
        field_path(field)?,
        Match::new_value(value),
    )))
}

fn field_path(field: &str) -> Result<qdrant_edge::JsonPath, KnowledgeError> {
    field
        .parse()
        .map_err(|()| KnowledgeError::Invalid(format!("{field} is not the path of a field")))
}

/// The kind of failure, for whoever decides whether to try again. Only its text is kept: the
/// engine's errors carry a stack trace of a hundred lines.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the engine's errors are many, and one we do not know is a failure of the store"
)]
fn explain(error: OperationError) -> KnowledgeError {
    match error {
        OperationError::WrongVectorDimension { .. }
        | OperationError::ValidationError { .. }
        | OperationError::WrongSparse => KnowledgeError::Invalid(error.to_string()),
        OperationError::Timeout { .. } => KnowledgeError::Timeout(error.to_string().into()),
        // The engine's lock: another process, for instance the one being replaced, has the folder.
        OperationError::ServiceError {
            ref description, ..
        } if description.contains("WouldBlock") => {
            KnowledgeError::Unavailable(error.to_string().into())
        }
        error => KnowledgeError::Store(error.to_string().into()),
    }
}
