//! The stores that are open, at most so many: a store is opened by its first use and closed when
//! others are used more.
//!
//! Rules that keep the engine content:
//! - a folder is opened once: there is one slot per name, and a slot leaves the map only while
//!   nobody holds it, under the lock of the map;
//! - flush panics while an update runs, so both happen under `Slot::writing`; searches run beside
//!   them;
//! - a search first finds points and then reads their payload, and loses those removed in between,
//!   so removals wait for searches under `Slot::removing`;
//! - version 0.7.2 does not replay its log after a crash, so every update is flushed before it
//!   counts;
//! - nothing runs in the background: what is removed is given back by `optimize` after a removal,
//!   and the log by closing a store whose log is long.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use qdrant_edge::{
    CreateIndex, Distance, EdgeConfig, EdgeConfigBuilder, EdgeOptimizersConfig, EdgeShard,
    EdgeSparseVectorParamsBuilder, EdgeVectorParamsBuilder, FieldIndexOperations, Modifier,
    PayloadFieldSchema, PayloadSchemaType, UpdateOperation, WalOptions,
};
use xin_domain::TenantId;

use super::super::backend::{DENSE, DOCUMENT_ID, SPARSE, StoreName};
use super::{explain, field_path, log};
use crate::error::KnowledgeError;

/// Written first when a store is created: where it is, a store is.
const CONFIG_FILE: &str = "edge_config.json";
/// Instead of 32 MiB; a longer entry gets a longer piece of its own.
const LOG_PIECE_BYTES: usize = 1 << 20;
/// Additions, of up to 64 passages each, after which the growing segment is looked at.
const ADDITIONS_PER_SEGMENT: u64 = 32;
/// A segment of words alone is closed from this size on, in KiB.
const GROWN_KIB: usize = 1_000;

#[derive(Default)]
struct Slot {
    shard: RwLock<Option<EdgeShard>>,
    writing: Mutex<()>,
    removing: RwLock<()>,
    last_used: AtomicU64,
    additions: AtomicU64,
}

type OpenShard<'slot> = RwLockReadGuard<'slot, Option<EdgeShard>>;

pub(super) struct OpenShards {
    root: PathBuf,
    capacity: usize,
    slots: Mutex<HashMap<String, Arc<Slot>>>,
    uses: AtomicU64,
}

impl OpenShards {
    pub(super) fn new(root: PathBuf, capacity: usize) -> Self {
        Self {
            root,
            capacity,
            slots: Mutex::default(),
            uses: AtomicU64::new(0),
        }
    }

    /// Runs `work` on the store, or answers `None` when there is none.
    pub(super) fn read<T>(
        &self,
        store: StoreName,
        work: impl FnOnce(&EdgeShard) -> Result<T, KnowledgeError>,
    ) -> Result<Option<T>, KnowledgeError> {
        // Looked up before a slot is taken, so that tenants without knowledge fill no slots.
        if !self.exists(store) {
            return Ok(None);
        }
        let slot = self.slot(&store.to_string());
        let opened = self.opened(&slot, store, false)?;
        let _not_removing = slot.removing.read().unwrap_or_else(PoisonError::into_inner);
        opened.as_ref().map(work).transpose()
    }

    /// Removes points durably; an absent store stays absent.
    pub(super) fn remove(
        &self,
        store: StoreName,
        removal: UpdateOperation,
    ) -> Result<(), KnowledgeError> {
        if !self.exists(store) {
            return Ok(());
        }
        self.write(store, false, |slot, shard| {
            {
                let _alone = slot
                    .removing
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                shard.update(removal).map_err(explain)?;
            }
            // Rewrites a segment of which a fifth is gone, else returns at once. Searches go on
            // meanwhile; should it fail, only space is lost.
            if let Err(error) = shard.optimize() {
                tracing::warn!(
                    store = %store,
                    error = %error,
                    "the space of removed passages is not given back"
                );
            }
            Ok(())
        })
    }

    /// Adds points durably, to a new store if there is none.
    pub(super) fn add(
        &self,
        store: StoreName,
        addition: UpdateOperation,
    ) -> Result<(), KnowledgeError> {
        self.write(store, true, |slot, shard| {
            shard.update(addition).map_err(explain)?;
            // Every flush writes the segment that grows as a whole: now and then it is closed, and
            // searched faster from then on. Should that fail, only time is lost.
            let additions = slot.additions.fetch_add(1, Ordering::Relaxed) + 1;
            if additions.is_multiple_of(ADDITIONS_PER_SEGMENT)
                && let Err(error) = shard.optimize()
            {
                tracing::warn!(store = %store, error = %error, "a grown segment stays open");
            }
            Ok(())
        })
    }

    /// Closes and deletes the stores of the tenant, of every space.
    pub(super) fn remove_tenant(&self, tenant: TenantId) -> Result<(), KnowledgeError> {
        for entry in std::fs::read_dir(&self.root).map_err(unavailable)? {
            let name = entry.map_err(unavailable)?.file_name();
            let Some(name) = name
                .to_str()
                .filter(|name| StoreName::belongs_to(name, tenant))
            else {
                continue;
            };
            self.remove_store(name)?;
        }
        Ok(())
    }

    /// Closes and deletes the store of that name, if there is one.
    pub(super) fn remove_store(&self, name: &str) -> Result<(), KnowledgeError> {
        let folder = self.root.join(name);
        let slot = self.slot(name);
        let mut shard = lock_shard(&slot);
        *shard = None;
        if !folder.exists() {
            return Ok(());
        }
        // The config first: a folder without it counts as absent, if we are killed here.
        remove_file(&folder.join(CONFIG_FILE))?;
        std::fs::remove_dir_all(&folder).map_err(unavailable)
    }

    fn write(
        &self,
        store: StoreName,
        create: bool,
        work: impl FnOnce(&Slot, &EdgeShard) -> Result<(), KnowledgeError>,
    ) -> Result<(), KnowledgeError> {
        let slot = self.slot(&store.to_string());
        let opened = self.opened(&slot, store, create)?;
        let Some(shard) = opened.as_ref() else {
            return Ok(());
        };
        let worked = {
            let _writing = slot.writing.lock().unwrap_or_else(PoisonError::into_inner);
            let worked = work(&slot, shard);
            flush(shard).and(worked)
        };
        drop(opened);
        if log::is_long(&self.root.join(store.to_string())) {
            // The next use opens it again and shortens the log.
            *lock_shard(&slot) = None;
        }
        worked
    }

    fn exists(&self, store: StoreName) -> bool {
        self.root
            .join(store.to_string())
            .join(CONFIG_FILE)
            .is_file()
    }

    fn slot(&self, name: &str) -> Arc<Slot> {
        let now = self.uses.fetch_add(1, Ordering::Relaxed);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(name) {
            slot.last_used.store(now, Ordering::Relaxed);
            return Arc::clone(slot);
        }
        self.make_room(&mut slots);
        let slot = Arc::new(Slot {
            last_used: AtomicU64::new(now),
            ..Slot::default()
        });
        slots.insert(name.to_owned(), Arc::clone(&slot));
        slot
    }

    /// Closes the store that was not used for longest; those in use stay, even beyond capacity.
    fn make_room(&self, slots: &mut MutexGuard<'_, HashMap<String, Arc<Slot>>>) {
        while slots.len() >= self.capacity {
            let idle = slots
                .iter()
                .filter(|(_, slot)| Arc::strong_count(slot) == 1)
                .min_by_key(|(_, slot)| slot.last_used.load(Ordering::Relaxed))
                .map(|(name, _)| name.clone());
            // Dropped, and so flushed and unlocked, before the map is free again.
            match idle {
                Some(name) => drop(slots.remove(&name)),
                None => return,
            }
        }
    }

    fn opened<'slot>(
        &self,
        slot: &'slot Slot,
        store: StoreName,
        create: bool,
    ) -> Result<OpenShard<'slot>, KnowledgeError> {
        let shard = slot.shard.read().unwrap_or_else(PoisonError::into_inner);
        if shard.is_some() {
            return Ok(shard);
        }
        drop(shard);
        let mut shard = lock_shard(slot);
        if shard.is_none() {
            let folder = self.root.join(store.to_string());
            if self.exists(store) {
                *shard = Some(load(&folder)?);
            } else if create {
                *shard = Some(create_in(&folder, store.dimension)?);
            }
        }
        Ok(RwLockWriteGuard::downgrade(shard))
    }
}

fn lock_shard(slot: &Slot) -> RwLockWriteGuard<'_, Option<EdgeShard>> {
    slot.shard.write().unwrap_or_else(PoisonError::into_inner)
}

fn load(folder: &Path) -> Result<EdgeShard, KnowledgeError> {
    if folder.join("wal").is_dir() {
        log::shorten(folder).map_err(unavailable)?;
    }
    let shard = EdgeShard::load(folder, None).map_err(explain)?;
    index_documents(&shard)?;
    Ok(shard)
}

fn create_in(folder: &Path, dimension: Option<usize>) -> Result<EdgeShard, KnowledgeError> {
    // What a removal that was cut short left behind.
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(unavailable)?;
    }
    std::fs::create_dir_all(folder).map_err(unavailable)?;
    let shard = EdgeShard::new(folder, config(dimension)).map_err(explain)?;
    index_documents(&shard)?;
    Ok(shard)
}

fn config(dimension: Option<usize>) -> EdgeConfig {
    let sparse = EdgeSparseVectorParamsBuilder::new()
        .modifier(Modifier::Idf)
        .build();
    let log = WalOptions {
        segment_capacity: LOG_PIECE_BYTES,
        ..WalOptions::default()
    };
    // 0 is never: without a graph of neighbours every search by meaning is exact, and `optimize`
    // short.
    let optimizers = EdgeOptimizersConfig {
        indexing_threshold: Some(if dimension.is_some() { 0 } else { GROWN_KIB }),
        ..EdgeOptimizersConfig::default()
    };
    let mut config = EdgeConfigBuilder::new()
        .sparse_vector(SPARSE, sparse)
        .wal_options(log)
        .optimizers(optimizers);
    if let Some(dimension) = dimension {
        // In memory the engine takes 32 MB per store as soon as it is opened again.
        let dense = EdgeVectorParamsBuilder::new(dimension, Distance::Cosine).on_disk(true);
        config = config.vector(DENSE, dense.build());
    }
    config.build()
}

/// Makes removals find a document's passages by an index; the caller has the only reference.
fn index_documents(shard: &EdgeShard) -> Result<(), KnowledgeError> {
    let field = field_path(DOCUMENT_ID)?;
    if shard.info().payload_schema.contains_key(&field) {
        return Ok(());
    }
    let create = FieldIndexOperations::CreateIndex(CreateIndex {
        field_name: field,
        field_schema: Some(PayloadFieldSchema::FieldType(PayloadSchemaType::Keyword)),
    });
    shard
        .update(UpdateOperation::FieldIndexOperation(create))
        .map_err(explain)?;
    flush(shard)
}

/// Makes everything durable. The engine panics when the disk is full or failing; caught here,
/// because closing a store flushes too, and a second panic on the way out ends the process.
fn flush(shard: &EdgeShard) -> Result<(), KnowledgeError> {
    catch_unwind(AssertUnwindSafe(|| shard.flush())).map_err(|_panic| {
        KnowledgeError::Unavailable("the vector store could not be written to the disk".into())
    })
}

fn remove_file(path: &Path) -> Result<(), KnowledgeError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unavailable(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn unavailable(error: std::io::Error) -> KnowledgeError {
    KnowledgeError::Unavailable(error.into())
}
