//! Tests a model.

use actix_web::{post, web};
use serde::Deserialize;
use utoipa::ToSchema;
use xin_llm::{Endpoint, probe_chat, probe_embedder, probe_reranker};
use xin_storage::tenant::ModelTask;

use super::input::read_address;
use super::key;
use super::view::ReportView;
use crate::api::names::ModelTaskName;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::Checks;
use crate::state::Shared;

/// The model to test.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelTest {
    #[schema(value_type = ModelTaskName)]
    task: String,
    /// The server's address, with or without `/v1`.
    base_url: String,
    /// The model's name at that server.
    model: String,
    /// The key; absent: the one that is kept for this address.
    key: Option<String>,
    /// The longest one request may take; absent: the operator's choice.
    timeout_seconds: Option<u32>,
}

/// Tests a model and reports what of it works. Nothing is saved.
#[utoipa::path(
    tag = "ai", operation_id = "test_model", security(("staff" = [])),
    request_body = ModelTest, responses((status = 200, body = ReportView), Problems)
)]
#[post("/ai/models/test")]
pub async fn test_model(
    staff: Staff<Administers>,
    state: Shared,
    body: web::Json<ModelTest>,
) -> Answer<web::Json<ReportView>> {
    let asked = body.into_inner();
    let (platform, tenant) = (&state.platform, staff.tenant_id);
    let task = ModelTask::from_name(&asked.task)
        .ok_or_else(|| ApiError::field("task", "unknown_task", "chat, embed or rerank"))?;
    let mut checks = Checks::default();
    let base_url = read_address(platform, &asked.base_url, &mut checks);
    let model = checks.text("model", &asked.model, 1..=200);
    let given = asked.key.as_deref().map(key::read);
    if given == Some(None) {
        checks.refuse(
            "key",
            "invalid_key",
            "a key has no blanks and no letters but A-Z",
        );
    }
    if asked
        .timeout_seconds
        .is_some_and(|seconds| !(1..=600).contains(&seconds))
    {
        checks.refuse("timeout_seconds", "out_of_range", "from 1 to 600");
    }
    checks.done()?;
    let api_key = if let Some(given) = given.flatten() {
        given
    } else {
        let tx = platform.database.read(tenant).await?;
        let mut present = tx.models().all().await?;
        tx.commit().await?;
        present.retain(|model| model.task == task);
        let kept = key::kept(&present, &base_url, &model);
        key::open(platform, tenant, &base_url, kept)?
    };
    let endpoint = Endpoint {
        base_url,
        api_key,
        model,
        timeout: platform.models.timeout(asked.timeout_seconds),
    };
    let http = platform.models.http.clone();
    let report = match task {
        ModelTask::Chat => probe_chat(http, &endpoint).await,
        ModelTask::Embed => probe_embedder(http, &endpoint).await,
        ModelTask::Rerank => probe_reranker(http, &endpoint).await,
    };
    Ok(web::Json(report.into()))
}
