//! One version of a document on its way, stage by stage.

use chrono::TimeDelta;
use uuid::Uuid;
use xin_broker::JobError;
use xin_contracts::messages::{LiveSignal, live_signal};
use xin_documents::chunk::{Chunk, chunk};
use xin_documents::sandbox::ParseError;
use xin_documents::{ParseFailure, ParsedDocument};
use xin_domain::{DocumentFailure, DocumentState, ErrorKind, TenantId};
use xin_storage::TenantTx;
use xin_storage::tenant::{Document, LiveEventKind};

use super::{Ended, clear, index_error, passages};
use crate::Platform;

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
    /// From the file to the swap.
    pub async fn run(&self) -> Result<(), Ended> {
        let chunks = self.chunks().await?;
        self.enter(DocumentState::Embedding).await?;
        self.note(0, chunks.len()).await?;
        let index = self.platform.index.tenant(self.tenant);
        let mut done: usize = 0;
        for batch in chunks.chunks(BATCH) {
            let found = passages::of(self.platform, &self.document, batch).await?;
            index.put(found).await.map_err(index_error)?;
            done = done.saturating_add(batch.len());
            self.note(done, chunks.len()).await?;
        }
        self.complete(chunks.len()).await
    }

    /// What the document says, in pieces.
    async fn chunks(&self) -> Result<Vec<Chunk>, Ended> {
        self.enter(DocumentState::Fetching).await?;
        let files = self.platform.files.tenant(self.tenant);
        let bytes = files.get(self.document.id, self.document.version).await?;
        let bytes = bytes.ok_or_else(|| {
            Ended::Unusable(ParseFailure {
                code: "file_missing",
                message: "the file is no longer in the store; upload it again".to_owned(),
            })
        })?;
        self.enter(DocumentState::Parsing).await?;
        let parsed = self.parse(&bytes).await?;
        self.enter(DocumentState::Chunking).await?;
        let title = self.document.title.clone();
        Ok(blocking(move || chunk(&title, &parsed)).await?)
    }

    /// Parses the file in a process of its own. That may take longer than a lease lasts.
    async fn parse(&self, bytes: &[u8]) -> Result<ParsedDocument, Ended> {
        let name = self.document.file_name.as_deref();
        let mut parsing = std::pin::pin!(self.platform.parser.parse(bytes, name));
        loop {
            match tokio::time::timeout(self.platform.lease / 3, &mut parsing).await {
                Ok(Ok(parsed)) => return Ok(parsed),
                Ok(Err(ParseError::Unusable(failure))) => return Err(Ended::Unusable(failure)),
                Ok(Err(error @ ParseError::Unavailable(_))) => {
                    let error = JobError::new(ErrorKind::Unavailable, error.to_string());
                    return Err(Ended::Job(error));
                }
                Err(_elapsed) => {
                    let tx = self.platform.database.tenant(self.tenant).await?;
                    self.renew(&tx).await?;
                    tx.commit().await?;
                }
            }
        }
    }

    /// Notes the stage, and that this worker is alive.
    async fn enter(&self, state: DocumentState) -> Result<(), Ended> {
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

    /// Notes how far the indexing has come, and that this worker is alive.
    async fn note(&self, done: usize, total: usize) -> Result<(), Ended> {
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
        self.tell(tx).await?;
        Ok(())
    }

    async fn renew(&self, tx: &TenantTx) -> Result<(), Ended> {
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

    async fn complete(&self, passages: usize) -> Result<(), Ended> {
        let now = self.platform.clock.now();
        let tx = self.platform.database.tenant(self.tenant).await?;
        let (id, version) = (self.document.id, self.document.version);
        let passages = number(passages);
        if !tx.documents().complete(id, version, passages, now).await? {
            return Err(Ended::Superseded);
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

/// Runs work that keeps a core busy where it does not hold up everything else.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JobError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| JobError::new(ErrorKind::Internal, error.to_string()))
}
