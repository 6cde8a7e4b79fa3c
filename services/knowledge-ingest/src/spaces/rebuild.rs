//! Puts all passages of a tenant into the space of the embedder that it has now.
//!
//! The work is leased, and goes on after a kill with the document it was at. Passages have ids that
//! follow from what they are, so that doing a document twice adds nothing. A document that becomes
//! ready meanwhile is put into the new space by its own work. After each piece the database is
//! asked whether it is still the same, since what was changed or forgotten meanwhile may have been
//! taken out before the piece was put in.

use std::collections::HashSet;
use std::future::Future;
use std::pin::pin;

use chrono::TimeDelta;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use xin_broker::JobError;
use xin_contracts::Envelope;
use xin_domain::{DocumentId, ErrorKind, TenantId};
use xin_knowledge::{Passage, Space, TenantIndex};
use xin_storage::tenant::{Document, SpaceState};
use xin_storage::{PageRequest, TenantTx};

use super::{check, served, space_of, vectors};
use crate::ingest_document::{index_error, passages};
use crate::{Platform, SLICE};

/// Documents looked up together.
const DOCUMENTS: u64 = 50;
/// Passages embedded and written together.
const PASSAGES: u64 = 64;

/// The work on one tenant.
struct Rebuild<'a> {
    platform: &'a Platform,
    tenant: TenantId,
    worker: Uuid,
    /// The space that is wanted.
    id: String,
    dimension: usize,
    space: Option<Space>,
    index: TenantIndex,
}

/// What there is to do.
enum Task {
    /// Nothing: there is no space and none is wanted.
    Nothing,
    /// What is wanted is served; another space may have to be removed.
    Clear,
    /// All from the document that an earlier worker was at.
    Build(Option<DocumentId>),
}

/// Some passages of a version that is served.
#[derive(PartialEq)]
struct Piece {
    passages: Vec<Passage>,
    next: Option<i64>,
}

pub async fn handle(
    platform: &Platform,
    stop: &CancellationToken,
    envelope: &Envelope,
) -> Result<(), JobError> {
    let tenant = envelope.tenant_id;
    platform.models.look_again(tenant);
    let wanted = platform.models.space(tenant).await?;
    let (id, dimension) = wanted.map_or_else(
        || (String::new(), 0),
        |wanted| (wanted.id, wanted.dimension),
    );
    let space = space_of(&id, dimension)?;
    let rebuild = Rebuild {
        platform,
        tenant,
        // Not the process's: a repeat of the message in this process is another worker too.
        worker: platform.ids.next(platform.clock.now()),
        index: platform.index.tenant(tenant, space.as_ref()),
        id,
        dimension,
        space,
    };
    let worked = match rebuild.begin().await? {
        Task::Nothing => return Ok(()),
        Task::Clear => rebuild.clear().await,
        Task::Build(last) => rebuild.build(last, stop).await,
    };
    match &worked {
        Ok(()) => rebuild.release().await?,
        Err(error) => {
            let noted = rebuild.note(error, error.gives_up(envelope.attempt)).await;
            if let Err(error) = noted {
                tracing::warn!(error = %error, "what stopped the indexing was not noted");
            }
        }
    }
    worked
}

impl Rebuild<'_> {
    /// Takes the lease, and begins the space where it has not begun.
    async fn begin(&self) -> Result<Task, JobError> {
        let tx = self.platform.database.tenant(self.tenant).await?;
        let spaces = tx.vector_spaces();
        spaces.hold().await?;
        self.lease(&tx).await?;
        let now = self.platform.clock.now();
        let all = spaces.all().await?;
        if all.is_empty() {
            if self.id.is_empty() {
                return Ok(Task::Nothing);
            }
            spaces.put("", 0, SpaceState::Serving, now).await?;
        }
        let serving = served(&all);
        spaces.retire_all_but([serving, &self.id]).await?;
        let present = all.iter().find(|space| space.id == self.id);
        let task = match present {
            Some(space) if space.state == SpaceState::Building => Task::Build(space.last_document),
            Some(_) | None if serving == self.id => Task::Clear,
            Some(_) | None => {
                // What an earlier try left in it.
                self.index.remove_space().await.map_err(index_error)?;
                let state = SpaceState::Building;
                spaces.put(&self.id, self.dimension, state, now).await?;
                Task::Build(None)
            }
        };
        self.lease(&tx).await?;
        tx.commit().await?;
        Ok(task)
    }

    /// Fills the space, swaps, and removes the space before.
    async fn build(
        &self,
        last: Option<DocumentId>,
        stop: &CancellationToken,
    ) -> Result<(), JobError> {
        let began = Instant::now();
        if let Some(at_work) = last {
            self.copy(at_work).await?;
        }
        let mut last = last;
        loop {
            let tx = self.platform.database.read(self.tenant).await?;
            let documents = tx.documents().served_after(last, DOCUMENTS).await?;
            tx.commit().await?;
            if documents.is_empty() {
                break;
            }
            for document in documents {
                if stop.is_cancelled() {
                    let reason = "the process stops";
                    return Err(JobError::new(ErrorKind::Unavailable, reason));
                }
                if began.elapsed() >= SLICE {
                    return self.hand_on().await;
                }
                self.enter(document.id).await?;
                self.copy(document.id).await?;
                last = Some(document.id);
            }
        }
        let tx = self.held().await?;
        let now = self.platform.clock.now();
        tx.vector_spaces().serve(&self.id, now).await?;
        tx.commit().await?;
        tracing::info!(
            tenant_id = %self.tenant,
            space = self.id,
            seconds = began.elapsed().as_secs(),
            "knowledge indexed anew and served"
        );
        self.clear().await
    }

    /// Removes the spaces that are served no more.
    async fn clear(&self) -> Result<(), JobError> {
        let tx = self.held().await?;
        for space in tx.vector_spaces().all().await? {
            if space.state != SpaceState::Retired {
                continue;
            }
            let gone = space_of(&space.id, space.dimension)?;
            let index = self.platform.index.tenant(self.tenant, gone.as_ref());
            index.remove_space().await.map_err(index_error)?;
            tx.vector_spaces().remove(&space.id).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Lets others have their turn and goes on after them.
    async fn hand_on(&self) -> Result<(), JobError> {
        let tx = self.held().await?;
        check::queue(self.platform, &tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Puts the served version of a document into the space.
    async fn copy(&self, id: DocumentId) -> Result<(), JobError> {
        let tx = self.platform.database.read(self.tenant).await?;
        let document = tx.documents().get(id).await?;
        tx.commit().await?;
        let Some(document) = document else {
            let removed = self.index.remove_document(id).await;
            return removed.map_err(index_error);
        };
        let Some(version) = document.ready_version else {
            return Ok(());
        };
        let mut put: HashSet<Uuid> = HashSet::new();
        let mut after = None;
        loop {
            let Some(piece) = self.copy_piece(id, version, after, &mut put).await? else {
                // Another version is served, and in this space too; or the document is gone.
                return self.take_out(&put).await;
            };
            match piece.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// Puts a piece in until it is as the database has it; nothing when its version is served no
    /// more.
    async fn copy_piece(
        &self,
        id: DocumentId,
        version: i64,
        after: Option<i64>,
        put: &mut HashSet<Uuid>,
    ) -> Result<Option<Piece>, JobError> {
        let mut found = self.piece(id, version, after).await?;
        while let Some(piece) = found {
            put.extend(piece.passages.iter().map(|passage| passage.id));
            let space = self.space.as_ref();
            let writing = async {
                let passages = &piece.passages;
                let found = vectors::of(self.platform, self.tenant, space, passages).await?;
                self.index.put(found).await.map_err(index_error)
            };
            self.leased(writing).await??;
            let now = self.piece(id, version, after).await?;
            if now.as_ref() == Some(&piece) {
                return Ok(Some(piece));
            }
            let kept: HashSet<Uuid> = now
                .iter()
                .flat_map(|piece| piece.passages.iter().map(|passage| passage.id))
                .collect();
            let gone = piece.passages.iter().map(|passage| passage.id);
            let gone: HashSet<Uuid> = gone.filter(|id| !kept.contains(id)).collect();
            if now.is_some() {
                self.take_out(&gone).await?;
            }
            found = now;
        }
        Ok(None)
    }

    /// Some passages as the database has them; nothing when that version is served no more.
    async fn piece(
        &self,
        id: DocumentId,
        version: i64,
        after: Option<i64>,
    ) -> Result<Option<Piece>, JobError> {
        let tx = self.platform.database.read(self.tenant).await?;
        let is_served = |found: &Document| found.ready_version == Some(version);
        let Some(document) = tx.documents().get(id).await?.filter(is_served) else {
            return Ok(None);
        };
        let limit = PASSAGES;
        let page = PageRequest { after, limit };
        let page = tx.chunks().list(id, version, page).await?;
        let phrasings = tx.phrasings().list(id).await?;
        tx.commit().await?;
        let chunks = page.items.iter();
        let found = chunks
            .map(|chunk| passages::passage(&document, chunk))
            .collect();
        Ok(Some(Piece {
            passages: passages::with_phrasings(found, &phrasings),
            next: page.next.and_then(|next| next.parse().ok()),
        }))
    }

    async fn take_out(&self, passages: &HashSet<Uuid>) -> Result<(), JobError> {
        for id in passages {
            let removed = self.index.remove_passage(*id).await;
            removed.map_err(index_error)?;
        }
        Ok(())
    }

    /// Notes which document is at work, and that this worker is alive.
    async fn enter(&self, document: DocumentId) -> Result<(), JobError> {
        let tx = self.held().await?;
        tx.vector_spaces().note_progress(&self.id, document).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Notes why the work stops, where it may be read, and gives the lease back.
    async fn note(&self, error: &JobError, gives_up: bool) -> Result<(), JobError> {
        let tx = self.platform.database.tenant(self.tenant).await?;
        let spaces = tx.vector_spaces();
        spaces.hold().await?;
        // Who lost the lease has nothing more to say about it.
        self.lease(&tx).await?;
        let all = spaces.all().await?;
        let mut building = all.iter();
        let ours = building.find(|space| space.id == self.id);
        if ours.is_some_and(|space| space.state == SpaceState::Building) {
            let reason: String = error.message.chars().take(300).collect();
            let state = if gives_up {
                self.index.remove_space().await.map_err(index_error)?;
                SpaceState::Failed
            } else {
                SpaceState::Building
            };
            spaces.note_failure(&self.id, &reason, state).await?;
        }
        spaces.release(self.worker).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn release(&self) -> Result<(), JobError> {
        let tx = self.platform.database.tenant(self.tenant).await?;
        tx.vector_spaces().release(self.worker).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A transaction that holds the spaces, under the lease.
    async fn held(&self) -> Result<TenantTx, JobError> {
        let tx = self.platform.database.tenant(self.tenant).await?;
        tx.vector_spaces().hold().await?;
        self.lease(&tx).await?;
        Ok(tx)
    }

    async fn lease(&self, tx: &TenantTx) -> Result<(), JobError> {
        let now = self.platform.clock.now();
        let until = now + TimeDelta::from_std(self.platform.lease).unwrap_or_default();
        if tx.vector_spaces().lease(self.worker, now, until).await? {
            return Ok(());
        }
        let reason = "another worker indexes the knowledge anew";
        Err(JobError::new(ErrorKind::Unavailable, reason))
    }

    /// Renews the lease for as long as `work` takes.
    async fn leased<T>(&self, work: impl Future<Output = T>) -> Result<T, JobError> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                () = tokio::time::sleep(self.platform.lease / 3) => {
                    self.held().await?.commit().await?;
                }
            }
        }
    }
}
