//! Keeps question pairs: the pair, the document it is, and the command to index it.

use xin_domain::{DocumentId, DocumentOrigin, ErrorKind};
use xin_storage::StorageError;
use xin_storage::tenant::{Faq, NewContent, NewDocument};
use xin_text::fold;

use super::pair::Pair;
use crate::api::knowledge::indexing::Change;
use crate::auth::tokens::fingerprint;
use crate::error::{Answer, ApiError};

/// Adds a pair whose question is not there yet.
pub async fn add(change: Change<'_>, pair: Pair) -> Answer<Faq> {
    let id = DocumentId::new(&*change.platform.ids, change.now);
    let content = content(&pair)?;
    let new = NewDocument {
        id,
        title: content.title,
        kind: content.kind,
        origin: DocumentOrigin::Faq,
        source_id: None,
        reference: None,
        url: None,
        file_name: None,
        content_hash: content.content_hash,
        bytes: content.bytes,
        valid_from: None,
        valid_until: None,
    };
    let faq = Faq {
        id,
        search_text: search_text(&pair),
        question: pair.question,
        answer: pair.answer,
        question_key: pair.key,
        created_at: change.now,
        updated_at: change.now,
    };
    let document = change.tx.documents().add(new, change.now).await?;
    unique(change.tx.faqs().add(&faq).await)?;
    change.ingest(&document).await?;
    Ok(faq)
}

/// Changes a pair. What is the same stays as it is.
pub async fn save(change: Change<'_>, known: Faq, pair: Pair) -> Answer<Faq> {
    if (&known.question, &known.answer) == (&pair.question, &pair.answer) {
        return Ok(known);
    }
    let content = content(&pair)?;
    let faq = Faq {
        search_text: search_text(&pair),
        question: pair.question,
        answer: pair.answer,
        question_key: pair.key,
        updated_at: change.now,
        ..known
    };
    unique(change.tx.faqs().save(&faq).await)?;
    let documents = change.tx.documents();
    let document = documents.replace(faq.id, content, change.now).await?;
    let document = document.ok_or_else(|| ApiError::not_found("question"))?;
    change.ingest(&document).await?;
    Ok(faq)
}

/// Adds a pair, or gives the pair that asks the same the new answer.
pub async fn put(change: Change<'_>, pair: Pair) -> Answer<Faq> {
    let known = change.tx.faqs().by_keys(&[pair.key.clone()]).await?;
    let known = match known.get(&pair.key) {
        Some(id) => change.tx.faqs().get(*id).await?,
        None => None,
    };
    match known {
        Some(known) => save(change, known, pair).await,
        None => add(change, pair).await,
    }
}

/// Refuses a question that another pair asks.
pub async fn refuse_known(
    change: Change<'_>,
    pair: &Pair,
    itself: Option<DocumentId>,
) -> Answer<()> {
    let known = change.tx.faqs().by_keys(&[pair.key.clone()]).await?;
    match known.get(&pair.key) {
        Some(id) if Some(*id) != itself => {
            let detail = format!("the same question is there already, as {id}; change that one");
            Err(ApiError::new(
                ErrorKind::Conflict,
                "duplicate_question",
                detail,
            ))
        }
        Some(_) | None => Ok(()),
    }
}

/// Two requests at the same instant: the other one won.
fn unique<T>(outcome: Result<T, StorageError>) -> Answer<T> {
    match outcome {
        Err(StorageError::Duplicate(_)) => {
            let detail = "the same question was given just now; look at the list";
            Err(ApiError::new(
                ErrorKind::Conflict,
                "duplicate_question",
                detail,
            ))
        }
        outcome => Ok(outcome?),
    }
}

fn content(pair: &Pair) -> Answer<NewContent> {
    let words = format!("{}\0{}", pair.question, pair.answer);
    Ok(NewContent {
        title: pair.question.clone(),
        kind: "text".to_owned(),
        file_name: None,
        content_hash: fingerprint(words.as_bytes()),
        bytes: i64::try_from(pair.answer.len()).map_err(ApiError::internal)?,
        url: None,
    })
}

fn search_text(pair: &Pair) -> String {
    fold(&format!("{} {}", pair.question, pair.answer))
}
