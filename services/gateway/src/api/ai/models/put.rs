//! Sets the models of one task.

use actix_web::{put, web};
use xin_broker::trace;
use xin_contracts::Envelope;
use xin_contracts::messages::ReindexKnowledge;
use xin_domain::TenantId;
use xin_llm::{Endpoint, probe_embedder};
use xin_storage::TenantTx;
use xin_storage::tenant::{Model, ModelTask, Probed};

use super::input::NewChain;
use super::key;
use super::view::{ChainView, ModelView};
use crate::Platform;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::state::Shared;

/// Sets the models of one task, whole. An embedder is tested first: without its dimension and the
/// languages it knows nothing can be searched by it.
#[utoipa::path(
    tag = "ai", operation_id = "put_models", security(("staff" = [])),
    params(("task" = crate::api::names::ModelTaskName, Path, description = "What they are for")),
    request_body = NewChain, responses((status = 200, body = ChainView), Problems)
)]
#[put("/ai/models/{task}")]
pub async fn put_models(
    staff: Staff<Administers>,
    task: web::Path<String>,
    state: Shared,
    body: web::Json<NewChain>,
) -> Answer<web::Json<ChainView>> {
    let task = ModelTask::from_name(&task).ok_or_else(|| ApiError::not_found("task"))?;
    let (platform, tenant) = (&state.platform, staff.tenant_id);
    let tx = platform.database.read(tenant).await?;
    let mut present = tx.models().all().await?;
    tx.commit().await?;
    present.retain(|model| model.task == task);
    let mut chain = body.into_inner().read(platform, tenant, task, &present)?;
    let mut warnings = Vec::new();
    match task {
        ModelTask::Embed => {
            for model in &mut chain {
                warnings.extend(measure(platform, tenant, model).await?);
            }
        }
        ModelTask::Chat | ModelTask::Rerank => {}
    }
    let now = platform.clock.now();
    let tx = platform.database.tenant(tenant).await?;
    tx.models().replace(task, &chain, now).await?;
    if task == ModelTask::Embed {
        reindex(platform, &tx).await?;
    }
    tx.commit().await?;
    for model in &mut chain {
        model.updated_at = now;
    }
    Ok(web::Json(ChainView {
        models: chain.iter().map(ModelView::of).collect(),
        warnings,
    }))
}

/// Has the knowledge indexed for the embedder that is there now; until then it is found as before.
async fn reindex(platform: &Platform, tx: &TenantTx) -> Answer<()> {
    let now = platform.clock.now();
    let (id, tenant) = (platform.ids.next(now), tx.tenant_id());
    let envelope = Envelope::wrap(id, tenant, tenant.to_string(), now, &ReindexKnowledge {});
    tx.outbox().add(&envelope.traced(trace::current())).await?;
    Ok(())
}

/// Measures an embedder and keeps what was found with it; what limits its use.
async fn measure(platform: &Platform, tenant: TenantId, model: &mut Model) -> Answer<Vec<String>> {
    let key = key::open(
        platform,
        tenant,
        &model.base_url,
        model.sealed_key.as_deref(),
    )?;
    let seconds = model.settings.timeout_seconds;
    let endpoint = Endpoint {
        base_url: model.base_url.clone(),
        api_key: key,
        model: model.model.clone(),
        timeout: platform.models.timeout(seconds),
    };
    let report = probe_embedder(platform.models.http.clone(), &endpoint).await;
    if !report.works {
        let problems = report.problems.join(" ");
        return Err(ApiError::field("models", "test_failed", problems));
    }
    model.probed = Some(Probed {
        dimension: report.dimension,
        languages: report.known_languages(),
        structured: None,
        checked_at: Some(platform.clock.now()),
    });
    Ok(report.problems)
}
