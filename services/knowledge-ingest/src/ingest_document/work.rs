//! One version of a document on its way, stage by stage.

use chrono::TimeDelta;
use uuid::Uuid;
use xin_broker::JobError;
use xin_contracts::messages::{LiveSignal, live_signal};
use xin_documents::ParseFailure;
use xin_domain::{DocumentFailure, DocumentState, ErrorKind, TenantId};
use xin_storage::TenantTx;
use xin_storage::tenant::{Document, LiveEventKind, Phrasing, StoredChunk};

use super::{Ended, carried, clear, passages};
use crate::Platform;
use crate::spaces::Spaces;

/// Passages embedded and written together.
const BATCH: usize = 64;

/// One document on its way.
pub struct Work<'a> {
    pub platform: &'a Platform,
    pub worker: Uuid,
    pub tenant: TenantId,
    pub document: Document,
}

impl Work<'_> {
    /// From the source to the swap.
    pub async fn run(&self) -> Result<(), Ended> {
        let chunks = self.chunks().await?;
        self.enter(DocumentState::Embedding).await?;
        let (changed, revisions) = self.begin_passages().await?;
        let chunks = carried::over(&self.document, chunks, changed);
        self.note(&[], 0, chunks.len()).await?;
        let spaces = Spaces::of(self.platform, self.tenant).await?;
        let indexed = self.index(&spaces, &chunks, revisions).await;
        spaces.clear_gone().await?;
        indexed
    }

    /// Puts the chunks into the index, and swaps.
    async fn index(
        &self,
        spaces: &Spaces<'_>,
        chunks: &[StoredChunk],
        revisions: i64,
    ) -> Result<(), Ended> {
        let mut done: usize = 0;
        for batch in chunks.chunks(BATCH) {
            let found = batch
                .iter()
                .map(|chunk| passages::passage(&self.document, chunk))
                .collect();
            let found = passages::with_phrasings(found, &self.phrasings().await?);
            spaces.put(&found).await?;
            done = done.saturating_add(batch.len());
            self.note(batch, done, chunks.len()).await?;
        }
        self.complete(spaces, chunks.len(), revisions).await
    }

    /// Clears what an earlier try left, and reads what staff changed in the served version.
    async fn begin_passages(&self) -> Result<(Vec<StoredChunk>, i64), Ended> {
        let (id, version) = (self.document.id, self.document.version);
        let tx = self.platform.database.tenant(self.tenant).await?;
        tx.chunks().remove_version(id, version).await?;
        let changed = match self.document.ready_version {
            Some(served) => tx.chunks().changed(id, served).await?,
            None => (Vec::new(), 0),
        };
        tx.commit().await?;
        Ok(changed)
    }

    async fn phrasings(&self) -> Result<Vec<Phrasing>, Ended> {
        let tx = self.platform.database.read(self.tenant).await?;
        Ok(tx.phrasings().list(self.document.id).await?)
    }

    /// Notes the stage, and that this worker is alive.
    pub async fn enter(&self, state: DocumentState) -> Result<(), Ended> {
        let now = self.platform.clock.now();
        let tx = self.platform.database.tenant(self.tenant).await?;
        let (id, version) = (self.document.id, self.document.version);
        if !tx.documents().advance(id, version, state, now).await? {
            return Err(Ended::Superseded);
        }
        self.renew(&tx).await?;
        self.tell(tx).await?;
        Ok(())
    }

    /// Keeps the chunks that were indexed, how far the indexing has come, and that this worker is
    /// alive.
    async fn note(&self, added: &[StoredChunk], done: usize, total: usize) -> Result<(), Ended> {
        let tx = self.platform.database.tenant(self.tenant).await?;
        let (id, version) = (self.document.id, self.document.version);
        let (done, total) = (number(done), number(total));
        let noted = tx
            .documents()
            .note_progress(id, version, done, total)
            .await?;
        if !noted {
            return Err(Ended::Superseded);
        }
        self.renew(&tx).await?;
        tx.chunks().add(added).await?;
        self.tell(tx).await?;
        Ok(())
    }

    /// Holds the document for a while longer.
    pub async fn renew(&self, tx: &TenantTx) -> Result<(), Ended> {
        let now = self.platform.clock.now();
        let until = now + TimeDelta::from_std(self.platform.lease).unwrap_or_default();
        let (id, version) = (self.document.id, self.document.version);
        let is_ours = tx
            .documents()
            .lease(id, version, self.worker, now, until)
            .await?;
        if is_ours {
            return Ok(());
        }
        Err(Ended::Job(JobError::new(
            ErrorKind::Unavailable,
            "the lease was lost",
        )))
    }

    /// The swap.
    async fn complete(
        &self,
        spaces: &Spaces<'_>,
        passages: usize,
        revisions: i64,
    ) -> Result<(), Ended> {
        let now = self.platform.clock.now();
        let tx = self.platform.database.tenant(self.tenant).await?;
        let (id, version) = (self.document.id, self.document.version);
        let passages = number(passages);
        if !tx.documents().complete(id, version, passages, now).await? {
            return Err(Ended::Superseded);
        }
        if let Some(served) = self.document.ready_version {
            // Staff hold the served version while they change it, so none is half way now.
            let (_, revisions_now) = tx.chunks().changed(id, served).await?;
            if revisions_now != revisions {
                let reason = "a passage was changed meanwhile";
                return Err(Ended::Job(JobError::new(ErrorKind::Unavailable, reason)));
            }
        }
        if !spaces.are_all(&tx).await? {
            let reason = "the knowledge is indexed anew since this work began";
            return Err(Ended::Job(JobError::new(ErrorKind::Unavailable, reason)));
        }
        // Whoever lost the lease must not swap: another worker is building the same version.
        self.renew(&tx).await?;
        self.tell(tx).await?;
        Ok(())
    }

    /// After the swap.
    pub async fn clear(&self) -> Result<(), JobError> {
        let served = Document {
            ready_version: Some(self.document.version),
            ..self.document.clone()
        };
        clear::what_is_not_served(self.platform, self.worker, self.tenant, &served).await
    }

    /// Says why this version cannot be used. The one before stays.
    pub async fn fail(&self, failure: &ParseFailure) -> Result<(), JobError> {
        let now = self.platform.clock.now();
        let tx = self.platform.database.tenant(self.tenant).await?;
        let failure = DocumentFailure {
            code: failure.code.to_owned(),
            message: failure.message.clone(),
        };
        let (id, version) = (self.document.id, self.document.version);
        if !tx.documents().fail(id, version, &failure, now).await? {
            drop(tx);
            return clear::superseded(self.platform, self.worker, self.tenant, id).await;
        }
        self.tell(tx).await?;
        clear::what_is_not_served(self.platform, self.worker, self.tenant, &self.document).await
    }

    /// Keeps what was done, and has screens look.
    async fn tell(&self, tx: TenantTx) -> Result<(), JobError> {
        tx.live_events()
            .add(
                LiveEventKind::DocumentUpdated(self.document.id),
                None,
                self.platform.clock.now(),
            )
            .await?;
        tx.commit().await?;
        self.platform.broker.signal(LiveSignal {
            tenant_id: self.tenant.to_string(),
            conversation_id: String::new(),
            kind: Some(live_signal::Kind::Changed(live_signal::Changed {})),
        });
        Ok(())
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
