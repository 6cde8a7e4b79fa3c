//! Takes in a document under the key of whoever pushes it.

use actix_web::{HttpResponse, put, web};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use url::Url;
use utoipa::ToSchema;
use xin_domain::{DocumentId, DocumentOrigin, DocumentState, ErrorKind};
use xin_storage::StorageError;
use xin_storage::tenant::{Document, NewContent, NewDocument};

use super::reference;
use crate::api::knowledge::DocumentView;
use crate::api::knowledge::indexing::Change;
use crate::api::knowledge::update::check_validity;
use crate::api::openapi::Problems;
use crate::auth::tokens::fingerprint;
use crate::auth::{Caller, Knowledge};
use crate::error::{Answer, ApiError};
use crate::inputs::Checks;
use crate::news::changed;
use crate::state::Shared;

const LONGEST_TITLE: usize = 200;
const LONGEST_TEXT: usize = 1_000_000;
const LONGEST_URL: usize = 2_000;

/// A document that is pushed, with one of text, markdown and html.
#[derive(Deserialize, ToSchema)]
pub struct PushedDocument {
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    #[schema(max_length = 1_000_000)]
    text: Option<String>,
    #[schema(max_length = 1_000_000)]
    markdown: Option<String>,
    #[schema(max_length = 1_000_000)]
    html: Option<String>,
    /// Where people can read it.
    #[schema(max_length = 2000)]
    url: Option<String>,
    /// Answers use it from then on.
    valid_from: Option<DateTime<Utc>>,
    /// And until then.
    valid_until: Option<DateTime<Utc>>,
}

/// What is pushed, checked.
struct Pushed {
    content: NewContent,
    bytes: Bytes,
    valid_from: Option<DateTime<Utc>>,
    valid_until: Option<DateTime<Utc>>,
}

/// Takes in a document under a key of one's own. The same content again changes nothing (200);
/// other content becomes the next version (202), and the one before is answered from until it is
/// indexed.
#[utoipa::path(
    tag = "knowledge", operation_id = "put_document", security(("staff" = []), ("api_key" = [])),
    params(("reference" = String, Path, description = "The key of whoever pushes it")),
    request_body = PushedDocument,
    responses(
        (status = 200, body = DocumentView, description = "Unchanged"),
        (status = 202, body = DocumentView, description = "To be indexed"),
        Problems
    )
)]
#[put("/knowledge/documents/by-reference/{reference}")]
pub async fn put_document(
    caller: Caller<Knowledge>,
    path: web::Path<String>,
    state: Shared,
    body: web::Json<PushedDocument>,
) -> Answer<HttpResponse> {
    let reference = reference(&path)?;
    let pushed = body.into_inner().checked()?;
    let platform = &state.platform;
    let tx = platform.database.tenant(caller.tenant_id).await?;
    let change = Change {
        platform,
        tx: &tx,
        now: platform.clock.now(),
    };
    let known = tx
        .documents()
        .find_by_reference(DocumentOrigin::Api, None, &reference)
        .await?;
    let (id, is_new_content) = match known {
        Some(known) => (known.id, replace(change, &known, pushed).await?),
        None => (add(change, reference, pushed).await?, true),
    };
    let document = tx.documents().get(id).await?;
    let document = document.ok_or_else(|| ApiError::not_found("document"))?;
    tx.commit().await?;
    platform.broker.signal(changed(caller.tenant_id, None));
    let view = DocumentView::from(document);
    Ok(if is_new_content {
        HttpResponse::Accepted().json(view)
    } else {
        HttpResponse::Ok().json(view)
    })
}

impl PushedDocument {
    fn checked(self) -> Answer<Pushed> {
        let mut checks = Checks::default();
        let title = checks.text("title", &self.title, 1..=LONGEST_TITLE);
        let given = [
            (self.text, "text", None),
            (self.markdown, "markdown", Some("document.md")),
            (self.html, "html", Some("document.html")),
        ];
        let mut given = given
            .into_iter()
            .filter_map(|(words, kind, name)| words.map(|words| (words, kind, name)));
        let (words, kind, file_name) = given.next().unwrap_or_default();
        if given.next().is_some() {
            checks.refuse("text", "ambiguous", "one of text, markdown and html");
        }
        let words = checks.text("text", &words, 1..=LONGEST_TEXT);
        let url = self
            .url
            .map(|url| checks.text("url", &url, 1..=LONGEST_URL));
        if let Some(url) = &url
            && !Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        {
            checks.refuse("url", "invalid", "begins with http:// or https://");
        }
        checks.done()?;
        check_validity(self.valid_from, self.valid_until)?;
        let shown = url.as_deref().unwrap_or_default();
        let identity = format!("{kind}\0{title}\0{shown}\0{words}");
        let content = NewContent {
            title,
            kind: kind.to_owned(),
            file_name: file_name.map(str::to_owned),
            content_hash: fingerprint(identity.as_bytes()),
            bytes: i64::try_from(words.len()).map_err(ApiError::internal)?,
            url,
        };
        Ok(Pushed {
            content,
            bytes: words.into(),
            valid_from: self.valid_from,
            valid_until: self.valid_until,
        })
    }
}

/// Gives a document what is pushed; whether its content is another.
async fn replace(change: Change<'_>, known: &Document, pushed: Pushed) -> Answer<bool> {
    let documents = change.tx.documents();
    let validity = (pushed.valid_from, pushed.valid_until);
    if validity != (known.valid_from, known.valid_until) {
        documents
            .set_validity(known.id, validity.0, validity.1, change.now)
            .await?;
    }
    let is_same = known.content_hash == pushed.content.content_hash;
    if is_same && known.state != DocumentState::Failed {
        return Ok(false);
    }
    let next = documents.replace(known.id, pushed.content, change.now);
    let next = unique(next.await)?.ok_or_else(|| ApiError::not_found("document"))?;
    keep_bytes(change, &next, pushed.bytes).await?;
    Ok(true)
}

async fn add(change: Change<'_>, reference: String, pushed: Pushed) -> Answer<DocumentId> {
    let content = pushed.content;
    let new = NewDocument {
        id: DocumentId::new(&*change.platform.ids, change.now),
        title: content.title,
        kind: content.kind,
        origin: DocumentOrigin::Api,
        source_id: None,
        reference: Some(reference),
        url: content.url,
        file_name: content.file_name,
        content_hash: content.content_hash,
        bytes: content.bytes,
        valid_from: pushed.valid_from,
        valid_until: pushed.valid_until,
    };
    let document = unique(change.tx.documents().add(new, change.now).await)?;
    keep_bytes(change, &document, pushed.bytes).await?;
    Ok(document.id)
}

/// The bytes before the commit: a row promises that they are there. The row is held, so nobody
/// else writes the same version.
async fn keep_bytes(change: Change<'_>, document: &Document, bytes: Bytes) -> Answer<()> {
    let files = change.platform.files.tenant(change.tx.tenant_id());
    files.save(document.id, document.version, bytes).await?;
    Ok(change.ingest(document).await?)
}

fn unique<T>(outcome: Result<T, StorageError>) -> Answer<T> {
    match outcome {
        Err(StorageError::Duplicate(_)) => {
            let detail = "the same content is there already under another reference, or was pushed \
                          at the same instant";
            Err(ApiError::new(
                ErrorKind::Conflict,
                "duplicate_document",
                detail,
            ))
        }
        outcome => Ok(outcome?),
    }
}
