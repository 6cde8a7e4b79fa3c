//! The collections on disk, one folder and one engine each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use anyhow::Context as _;
use qdrant_edge::{EdgeConfig, EdgeShard, OperationError, UpdateOperation};
use tonic::Status;

/// Written first when a collection is created: where it is, a collection is.
const CONFIG_FILE: &str = "edge_config.json";

/// One open collection.
pub(super) struct Collection {
    shard: EdgeShard,
    /// The engine panics when it is flushed during an update.
    writing: Mutex<()>,
}

/// Every collection of the server. The lock is held by every call, so that a collection is never
/// removed under one.
pub(super) struct Store {
    folder: PathBuf,
    collections: RwLock<BTreeMap<String, Collection>>,
}

impl Store {
    /// Loads every collection of the folder, as the server does before it is ready.
    pub(super) fn open(folder: PathBuf) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        let mut collections = BTreeMap::new();
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let path = entry.path();
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
                continue;
            };
            if !path.join(CONFIG_FILE).is_file() {
                // A creation or removal that was cut short.
                std::fs::remove_dir_all(&path)?;
                continue;
            }
            let shard = EdgeShard::load(&path, None)
                .map_err(|error| anyhow::anyhow!(error.to_string()))
                .with_context(|| format!("collection {name}"))?;
            collections.insert(
                name,
                Collection {
                    shard,
                    writing: Mutex::default(),
                },
            );
        }
        Ok(Self {
            folder,
            collections: RwLock::new(collections),
        })
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.read().keys().cloned().collect()
    }

    pub(super) fn exists(&self, name: &str) -> bool {
        self.read().contains_key(name)
    }

    pub(super) fn create(&self, name: &str, config: EdgeConfig) -> Result<(), Status> {
        let path = self.path(name)?;
        let mut collections = self.write();
        if collections.contains_key(name) {
            return Err(Status::already_exists(format!(
                "Collection `{name}` already exists!"
            )));
        }
        std::fs::create_dir_all(&path)?;
        let shard = EdgeShard::new(&path, config).map_err(refuse)?;
        collections.insert(
            name.to_owned(),
            Collection {
                shard,
                writing: Mutex::default(),
            },
        );
        Ok(())
    }

    /// Whether there was one to remove.
    pub(super) fn remove(&self, name: &str) -> Result<bool, Status> {
        let mut collections = self.write();
        if collections.remove(name).is_none() {
            return Ok(false);
        }
        let path = self.path(name)?;
        std::fs::remove_file(path.join(CONFIG_FILE))?;
        std::fs::remove_dir_all(path)?;
        Ok(true)
    }

    pub(super) fn query<T>(
        &self,
        name: &str,
        question: impl FnOnce(&EdgeShard) -> Result<T, Status>,
    ) -> Result<T, Status> {
        let collections = self.read();
        question(&collections.get(name).ok_or_else(|| absent(name))?.shard)
    }

    pub(super) fn update(&self, name: &str, update: UpdateOperation) -> Result<(), Status> {
        let collections = self.read();
        let collection = collections.get(name).ok_or_else(|| absent(name))?;
        let _writing = collection
            .writing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let updated = collection.shard.update(update).map_err(refuse);
        collection.shard.flush();
        updated
    }

    fn path(&self, name: &str) -> Result<PathBuf, Status> {
        let plain = Path::new(name).components().count() == 1 && !name.starts_with('.');
        if !plain {
            return Err(Status::invalid_argument(format!(
                "{name} is not a collection name"
            )));
        }
        Ok(self.folder.join(name))
    }

    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<String, Collection>> {
        self.collections
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Collection>> {
        self.collections
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs a call of the engine, which is synchronous, where it may block.
pub(super) async fn blocking<T: Send + 'static>(
    store: &Arc<Store>,
    work: impl FnOnce(&Store) -> Result<T, Status> + Send + 'static,
) -> Result<T, Status> {
    let store = Arc::clone(store);
    tokio::task::spawn_blocking(move || work(&store))
        .await
        .map_err(|panic| Status::internal(panic.to_string()))?
}

/// The status a server gives for an error of its engine.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a server blames the request for every error it does not know to be its own"
)]
pub(super) fn refuse(error: OperationError) -> Status {
    match error {
        OperationError::ServiceError { description, .. } => Status::internal(description),
        OperationError::InconsistentStorage { .. } | OperationError::OutOfMemory { .. } => {
            Status::internal(error.to_string())
        }
        OperationError::Timeout { .. } => Status::deadline_exceeded(error.to_string()),
        OperationError::Cancelled { .. } => Status::cancelled(error.to_string()),
        error => Status::invalid_argument(error.to_string()),
    }
}

fn absent(name: &str) -> Status {
    Status::not_found(format!("Not found: Collection `{name}` doesn't exist!"))
}
