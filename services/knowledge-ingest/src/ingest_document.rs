//! Makes a document retrievable.
//!
//! The work is leased: a second worker with the same message waits, and when the first one died it
//! goes on after the lease. Passages are written under ids that follow from document, version and
//! place, so doing any stage twice adds nothing. What is not ready is not answered from, and a
//! newer version is served from the moment it is whole.

use std::sync::Arc;

use chrono::TimeDelta;
use uuid::Uuid;
use xin_broker::JobError;
use xin_contracts::Envelope;
use xin_contracts::envelope::parse;
use xin_contracts::messages::{IngestDocument, LiveSignal, live_signal};
use xin_documents::chunk::{Chunk, chunk};
use xin_documents::{ParseFailure, parse as parse_file};
use xin_domain::{DocumentFailure, DocumentId, DocumentState, ErrorKind, TenantId};
use xin_knowledge::{KnowledgeError, Passage, PassageVectors};
use xin_storage::tenant::{Document, LiveEventKind};
use xin_text::sparse;

use crate::Platform;

/// Passages embedded and written together.
const BATCH: usize = 64;

/// One document on its way.
struct Work<'a> {
    platform: &'a Platform,
    worker: Uuid,
    tenant: TenantId,
    document: Document,
}

/// Why the work ended before the document was ready.
enum Ended {
    /// The document is gone, or has a newer version.
    Superseded,
    /// It cannot be used.
    Unusable(ParseFailure),
    /// Something else stood in the way.
    Job(JobError),
}

impl<E: Into<JobError>> From<E> for Ended {
    fn from(error: E) -> Self {
        Self::Job(error.into())
    }
}

pub async fn handle(
    platform: &Platform,
    worker: Uuid,
    envelope: &Envelope,
) -> Result<(), JobError> {
    let command = envelope.open::<IngestDocument>()?;
    let id: DocumentId = parse(&command.document_id)?;
    let tenant = envelope.tenant_id;
    let Some(document) = take(platform, worker, tenant, id, command.version).await? else {
        return Ok(());
    };
    let work = Work {
        platform,
        worker,
        tenant,
        document,
    };
    match work.run().await {
        Ok(()) => Ok(()),
        Err(Ended::Job(error)) => {
            if error.gives_up(envelope.attempt) {
                work.fail(&given_up(&error)).await?;
            }
            Err(error)
        }
        Err(Ended::Unusable(failure)) => work.fail(&failure).await,
        Err(Ended::Superseded) => {
            // What was written meanwhile must not outlive the document.
            let tx = platform.database.read(tenant).await?;
            let current = tx.documents().get(id).await?;
            if current.is_none() {
                platform
                    .index
                    .tenant(tenant)
                    .remove_document(id)
                    .await
                    .map_err(index_error)?;
            }
            Ok(())
        }
    }
}

/// What its people are told when the fault is not in their file.
fn given_up(error: &JobError) -> ParseFailure {
    let reason: String = error.message.chars().take(300).collect();
    ParseFailure {
        code: "not_indexed",
        message: format!(
            "the document could not be indexed ({reason}). Have the operator look at it, then \
             upload it again"
        ),
    }
}

/// Takes the lease; nothing when there is nothing to do.
async fn take(
    platform: &Platform,
    worker: Uuid,
    tenant: TenantId,
    id: DocumentId,
    version: i64,
) -> Result<Option<Document>, JobError> {
    let now = platform.clock.now();
    let tx = platform.database.tenant(tenant).await?;
    let document = tx.documents().get(id).await?;
    let Some(document) = document.filter(|found| found.version == version) else {
        return Ok(None);
    };
    if document.state.is_final() {
        return Ok(None);
    }
    let until = now + TimeDelta::from_std(platform.lease).unwrap_or_default();
    if !tx
        .documents()
        .lease(id, version, worker, now, until)
        .await?
    {
        return Err(JobError::new(
            ErrorKind::Unavailable,
            "another worker has the document",
        ));
    }
    tx.commit().await?;
    Ok(Some(document))
}

impl Work<'_> {
    async fn run(&self) -> Result<(), Ended> {
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
        let name = self.document.file_name.clone();
        let parsed = blocking(move || parse_file(&bytes, name.as_deref())).await?;
        let parsed = parsed.map_err(Ended::Unusable)?;
        self.enter(DocumentState::Chunking).await?;
        let title = self.document.title.clone();
        let chunks = blocking(move || chunk(&title, &parsed)).await?;
        self.enter(DocumentState::Embedding).await?;
        let passages = chunks.len();
        for batch in chunks.chunks(BATCH) {
            self.index(batch).await?;
            self.renew().await?;
        }
        let index = self.platform.index.tenant(self.tenant);
        index
            .keep_only_version(self.document.id, self.document.version)
            .await
            .map_err(index_error)?;
        self.complete(passages).await
    }

    /// Notes the stage, and that this worker is alive.
    async fn enter(&self, state: DocumentState) -> Result<(), Ended> {
        let now = self.platform.clock.now();
        let tx = self.platform.database.tenant(self.tenant).await?;
        let (id, version) = (self.document.id, self.document.version);
        if !tx.documents().advance(id, version, state, now).await? {
            return Err(Ended::Superseded);
        }
        let until = now + TimeDelta::from_std(self.platform.lease).unwrap_or_default();
        if !tx
            .documents()
            .lease(id, version, self.worker, now, until)
            .await?
        {
            return Err(Ended::Job(JobError::new(
                ErrorKind::Unavailable,
                "the lease was lost",
            )));
        }
        tx.live_events()
            .add(LiveEventKind::DocumentUpdated(id), None, now)
            .await?;
        tx.commit().await?;
        self.signal();
        Ok(())
    }

    async fn renew(&self) -> Result<(), Ended> {
        let now = self.platform.clock.now();
        let until = now + TimeDelta::from_std(self.platform.lease).unwrap_or_default();
        let tx = self.platform.database.tenant(self.tenant).await?;
        let (id, version) = (self.document.id, self.document.version);
        if !tx
            .documents()
            .lease(id, version, self.worker, now, until)
            .await?
        {
            return Err(Ended::Superseded);
        }
        tx.commit().await?;
        Ok(())
    }

    async fn index(&self, chunks: &[Chunk]) -> Result<(), Ended> {
        let dense = self.embed(chunks).await?;
        let (document, title) = (self.document.clone(), self.document.title.clone());
        let passages = chunks
            .iter()
            .cloned()
            .zip(dense)
            .map(move |(chunk, dense)| {
                let sparse = sparse::document(&searchable_title(&title, &chunk), &chunk.text);
                let passage = Passage {
                    id: Passage::id_of(document.id, document.version, chunk.ordinal),
                    document_id: document.id,
                    version: document.version,
                    ordinal: chunk.ordinal,
                    title: title.clone(),
                    heading_path: chunk.heading_path,
                    page: chunk.page,
                    language: chunk.language,
                    text: chunk.text,
                    phrasing: None,
                    is_faq: false,
                };
                (passage, PassageVectors { sparse, dense })
            });
        let passages: Vec<_> = passages.collect();
        self.platform
            .index
            .tenant(self.tenant)
            .put(passages)
            .await
            .map_err(index_error)?;
        Ok(())
    }

    async fn embed(&self, chunks: &[Chunk]) -> Result<Vec<Option<Vec<f32>>>, Ended> {
        let Some(embedder) = self.platform.embedder.as_ref().map(Arc::clone) else {
            return Ok(vec![None; chunks.len()]);
        };
        let texts: Vec<String> = chunks
            .iter()
            .map(|chunk| {
                format!(
                    "{}\n{}",
                    searchable_title(&self.document.title, chunk),
                    chunk.text
                )
            })
            .collect();
        let vectors = embedder
            .embed(&texts)
            .await
            .map_err(|error| JobError::new(error.kind(), error.to_string()))?;
        Ok(vectors.into_iter().map(Some).collect())
    }

    async fn complete(&self, passages: usize) -> Result<(), Ended> {
        let now = self.platform.clock.now();
        let tx = self.platform.database.tenant(self.tenant).await?;
        let (id, version) = (self.document.id, self.document.version);
        let passages = i64::try_from(passages).unwrap_or(i64::MAX);
        if !tx.documents().complete(id, version, passages, now).await? {
            return Err(Ended::Superseded);
        }
        tx.live_events()
            .add(LiveEventKind::DocumentUpdated(id), None, now)
            .await?;
        tx.commit().await?;
        self.signal();
        Ok(())
    }

    async fn fail(&self, failure: &ParseFailure) -> Result<(), JobError> {
        let now = self.platform.clock.now();
        let tx = self.platform.database.tenant(self.tenant).await?;
        let failure = DocumentFailure {
            code: failure.code.to_owned(),
            message: failure.message.clone(),
        };
        let (id, version) = (self.document.id, self.document.version);
        if tx.documents().fail(id, version, &failure, now).await? {
            tx.live_events()
                .add(LiveEventKind::DocumentUpdated(id), None, now)
                .await?;
            tx.commit().await?;
            self.signal();
        }
        Ok(())
    }

    fn signal(&self) {
        self.platform.broker.signal(LiveSignal {
            tenant_id: self.tenant.to_string(),
            conversation_id: String::new(),
            kind: Some(live_signal::Kind::Changed(live_signal::Changed {})),
        });
    }
}

/// What a passage is found by beside its own words: the document's title and the headings above.
fn searchable_title(title: &str, chunk: &Chunk) -> String {
    let mut whole = title.to_owned();
    for heading in &chunk.heading_path {
        whole.push(' ');
        whole.push_str(heading);
    }
    whole
}

/// Runs work that keeps a core busy where it does not hold up everything else.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JobError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| JobError::new(ErrorKind::Internal, error.to_string()))
}

pub fn index_error(error: KnowledgeError) -> JobError {
    JobError::new(error.kind(), error.to_string())
}
