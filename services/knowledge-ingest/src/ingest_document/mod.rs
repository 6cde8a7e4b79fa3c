//! Makes a document retrievable.
//!
//! The work is leased: a second worker with the same message waits, and when the first one died it
//! goes on after the lease. Passages are written under ids that follow from document, version and
//! place, so doing any stage twice adds nothing. A new version is built beside the one that is
//! served; the swap is one row in the database, and what it replaces is cleared away after it,
//! still under the lease.

mod carried;
pub mod clear;
pub mod passages;
mod source;
mod work;

use chrono::TimeDelta;
use uuid::Uuid;
use xin_broker::JobError;
use xin_contracts::Envelope;
use xin_contracts::envelope::parse;
use xin_contracts::messages::IngestDocument;
use xin_documents::ParseFailure;
use xin_domain::{DocumentId, ErrorKind, TenantId};
use xin_knowledge::KnowledgeError;
use xin_storage::tenant::Document;

use self::work::Work;
use crate::{Platform, spaces};

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

/// What there is to do for a message.
enum Task {
    /// Nothing: it is done, or a later message asks for more.
    Nothing,
    /// The document is being forgotten: what was written for it must not outlive it.
    Forget,
    /// A worker died between the end of the work and the clearing after it.
    Clear(Document),
    /// All of it.
    Build(Document),
}

pub async fn handle(
    platform: &Platform,
    worker: Uuid,
    envelope: &Envelope,
) -> Result<(), JobError> {
    let command = envelope.open::<IngestDocument>()?;
    let id: DocumentId = parse(&command.document_id)?;
    let tenant = envelope.tenant_id;
    let document = match take(platform, worker, tenant, id, command.version).await? {
        Task::Nothing => return Ok(()),
        Task::Forget => return clear::everything(platform, tenant, id).await,
        Task::Clear(document) => {
            return clear::what_is_not_served(platform, worker, tenant, &document).await;
        }
        Task::Build(document) => document,
    };
    let work = Work {
        platform,
        worker,
        tenant,
        document,
    };
    match work.run().await {
        Ok(()) => {
            work.clear().await?;
            spaces::check(platform, tenant).await
        }
        Err(Ended::Job(error)) => {
            if error.gives_up(envelope.attempt) {
                work.fail(&given_up(&error)).await?;
            } else {
                clear::release(platform, worker, tenant, id).await?;
            }
            Err(error)
        }
        Err(Ended::Unusable(failure)) => work.fail(&failure).await,
        Err(Ended::Superseded) => clear::superseded(platform, worker, tenant, id).await,
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

/// Finds out what there is to do, and takes the lease for it.
async fn take(
    platform: &Platform,
    worker: Uuid,
    tenant: TenantId,
    id: DocumentId,
    version: i64,
) -> Result<Task, JobError> {
    let now = platform.clock.now();
    let tx = platform.database.tenant(tenant).await?;
    let Some(document) = tx.documents().get(id).await? else {
        return Ok(Task::Forget);
    };
    let is_done = document.state.is_final();
    if document.version != version || (is_done && !document.is_leased) {
        return Ok(Task::Nothing);
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
    Ok(if is_done {
        Task::Clear(document)
    } else {
        Task::Build(document)
    })
}

pub fn index_error(error: KnowledgeError) -> JobError {
    JobError::new(error.kind(), error.to_string())
}
