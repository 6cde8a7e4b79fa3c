//! Adds a phrasing, whoever says so.

use xin_domain::{DocumentId, ErrorKind, PhrasingId};
use xin_storage::StorageError;
use xin_storage::tenant::{Phrasing, PhrasingOrigin};

use crate::api::knowledge::indexing::Change;
use crate::api::knowledge::question_key;
use crate::error::{Answer, ApiError};

/// The longest question that is kept.
pub const LONGEST_QUESTION: usize = 500;
/// More ways than this to ask the same are not worth their place in the index.
const MOST: usize = 100;

/// Adds a phrasing to a document that is there. What is there already stays as it is.
pub async fn add(
    change: Change<'_>,
    document: DocumentId,
    question: String,
    origin: PhrasingOrigin,
) -> Answer<Phrasing> {
    let phrasings = change.tx.phrasings();
    let key = question_key(&question);
    let known = phrasings.list(document).await?;
    if known.len() >= MOST {
        let detail = format!("a document has at most {MOST} phrasings; remove some first");
        return Err(ApiError::new(ErrorKind::Conflict, "too_many", detail));
    }
    if let Some(same) = known.into_iter().find(|known| known.question_key == key) {
        return Ok(same);
    }
    let phrasing = Phrasing {
        id: PhrasingId::new(&*change.platform.ids, change.now),
        document_id: document,
        number: 0,
        question,
        question_key: key,
        origin,
        created_at: change.now,
    };
    let added = match phrasings.add(phrasing).await {
        Ok(added) => added,
        Err(StorageError::Duplicate(_)) => {
            let detail = "the same question was added just now";
            return Err(ApiError::new(ErrorKind::Conflict, "duplicate", detail));
        }
        Err(error) => return Err(error.into()),
    };
    change.reindex(document, 0, Vec::new()).await?;
    Ok(added)
}
