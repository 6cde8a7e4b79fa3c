//! Takes in a document.

use actix_multipart::Multipart;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;
use xin_domain::{DocumentId, DocumentOrigin, ErrorKind, TenantId};
use xin_storage::StorageError;
use xin_storage::tenant::{Document, NewDocument};

use super::content::Content;
use super::indexing::Change;
use super::upload;
use super::view::DocumentView;
use crate::Platform;
use crate::api::openapi::Problems;
use crate::auth::tokens::fingerprint;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs;
use crate::news::changed;
use crate::state::{Shared, State};

/// A document given as words.
#[derive(Deserialize, ToSchema)]
pub struct NewText {
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    #[schema(min_length = 1, max_length = 1_000_000)]
    text: String,
}

/// A document given as a file: PDF, DOCX, PPTX, XLSX, CSV, HTML, Markdown or plain text.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form that upload::read reads")]
pub struct NewFile {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// The file's name when absent.
    title: Option<String>,
}

/// Takes in a document. It is indexed in the background; its state tells how far it has come.
#[utoipa::path(
    tag = "knowledge", operation_id = "create_document", security(("staff" = [])),
    request_body(content(
        (NewText = "application/json"),
        (NewFile = "multipart/form-data"),
    )),
    responses((status = 202, body = DocumentView), Problems)
)]
#[post("/knowledge/documents")]
pub async fn create_document(
    staff: Staff<Administers>,
    state: Shared,
    request: HttpRequest,
    body: web::Payload,
) -> Answer<HttpResponse> {
    let content = read(&request, body, state.platform.max_upload_bytes).await?;
    let document = keep(&state, staff.tenant_id, content).await?;
    state.platform.broker.signal(changed(staff.tenant_id, None));
    Ok(HttpResponse::Accepted().json(DocumentView::from(document)))
}

async fn read(request: &HttpRequest, body: web::Payload, largest: usize) -> Answer<Content> {
    let content_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let is_form = content_type.is_some_and(|value| {
        value
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("multipart/")
    });
    if is_form {
        return upload::read(Multipart::new(request.headers(), body), largest).await;
    }
    let text: NewText = inputs::read_json(content_type, body).await?;
    Content::of_text(&text.title, &text.text)
}

async fn keep(state: &State, tenant: TenantId, content: Content) -> Answer<Document> {
    let platform = &state.platform;
    let content_hash = fingerprint(&content.bytes);
    refuse_known(platform, tenant, &content_hash).await?;
    let now = platform.clock.now();
    let id = DocumentId::new(&*platform.ids, now);
    let new = NewDocument {
        id,
        title: content.title,
        kind: content.kind.to_owned(),
        origin: match content.file_name {
            Some(_) => DocumentOrigin::Upload,
            None => DocumentOrigin::Text,
        },
        source_id: None,
        reference: None,
        url: None,
        valid_from: None,
        valid_until: None,
        file_name: content.file_name,
        content_hash: content_hash.clone(),
        bytes: i64::try_from(content.bytes.len()).map_err(ApiError::internal)?,
    };
    // The bytes first: a row promises that they are there. Without its row a file is only waste.
    platform
        .files
        .tenant(tenant)
        .save(id, 1, content.bytes)
        .await?;
    let tx = platform.database.tenant(tenant).await?;
    let document = match tx.documents().add(new, now).await {
        Ok(document) => document,
        // The same content at the same instant: the other one won.
        Err(StorageError::Duplicate(_)) => {
            drop(tx);
            platform.files.tenant(tenant).remove(id, 1).await?;
            refuse_known(platform, tenant, &content_hash).await?;
            let detail = "the same content was given and removed just now; give it again";
            return Err(ApiError::new(
                ErrorKind::Conflict,
                "duplicate_document",
                detail,
            ));
        }
        Err(error) => return Err(error.into()),
    };
    let change = Change {
        platform,
        tx: &tx,
        now,
    };
    change.ingest(&document).await?;
    tx.commit().await?;
    Ok(document)
}

async fn refuse_known(platform: &Platform, tenant: TenantId, content_hash: &str) -> Answer<()> {
    let tx = platform.database.read(tenant).await?;
    match tx.documents().find_by_content(content_hash).await? {
        Some(original) => Err(duplicate(&original)),
        None => Ok(()),
    }
}

fn duplicate(original: &Document) -> ApiError {
    let detail = format!(
        "the same content is there already, as {} ({})",
        original.id, original.title
    );
    ApiError::new(ErrorKind::Conflict, "duplicate_document", detail)
}
