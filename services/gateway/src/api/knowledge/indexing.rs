//! What knowledge-ingest must hear of a change, written with the change.

use chrono::{DateTime, Utc};
use xin_broker::trace;
use xin_contracts::messages::{ForgetDocument, IngestDocument, ReindexPassage};
use xin_contracts::{Envelope, Payload};
use xin_domain::DocumentId;
use xin_storage::tenant::{Document, LiveEventKind};
use xin_storage::{StorageError, TenantTx};

use crate::Platform;

/// A change that is being made: where, and when.
#[derive(Clone, Copy)]
pub struct Change<'a> {
    /// The parts of the service.
    pub platform: &'a Platform,
    /// The transaction of the change.
    pub tx: &'a TenantTx,
    /// When it is made.
    pub now: DateTime<Utc>,
}

impl Change<'_> {
    /// Has the newest version of a document indexed.
    pub async fn ingest(&self, document: &Document) -> Result<(), StorageError> {
        let command = IngestDocument {
            document_id: document.id.to_string(),
            version: document.version,
        };
        self.send(document.id, &command).await
    }

    /// Has a document forgotten that was removed.
    pub async fn forget(&self, id: DocumentId) -> Result<(), StorageError> {
        let command = ForgetDocument {
            document_id: id.to_string(),
        };
        self.send(id, &command).await
    }

    /// Has one passage indexed again, without the phrasings of these numbers.
    pub async fn reindex(
        &self,
        id: DocumentId,
        ordinal: u32,
        gone_phrasings: Vec<u32>,
    ) -> Result<(), StorageError> {
        let command = ReindexPassage {
            document_id: id.to_string(),
            ordinal,
            gone_phrasings,
        };
        self.send(id, &command).await
    }

    async fn send<P: Payload>(&self, id: DocumentId, command: &P) -> Result<(), StorageError> {
        let envelope = Envelope::wrap(
            self.platform.ids.next(self.now),
            self.tx.tenant_id(),
            id.to_string(),
            self.now,
            command,
        );
        self.tx
            .outbox()
            .add(&envelope.traced(trace::current()))
            .await?;
        self.tx
            .live_events()
            .add(LiveEventKind::DocumentUpdated(id), None, self.now)
            .await
    }
}
