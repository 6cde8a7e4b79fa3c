//! The composition root: every service on the same parts, one HTTP server in front.

use actix_web::web::ServiceConfig;
use xin_platform::Parts;
use xin_runtime::{Settings, Shutdown};

/// Serves everything until shutdown.
pub async fn serve(settings: Settings, shutdown: Shutdown) -> anyhow::Result<()> {
    let parts = Parts::open(settings).await?;
    let index = parts.index()?;
    let gateway = gateway::Gateway::new(gateway::Platform::of(&parts)?, shutdown.soft());
    let webhooks = webhook_ingest::Platform::of(&parts);
    let conversation = conversation::Platform::of(&parts);
    let ingest = knowledge_ingest::Platform::of(&parts, index.clone())?;
    let orchestrator = ai_orchestrator::Platform::of(&parts, index.clone())?;
    let readiness = xin_platform::with_index(parts.readiness(), &index);
    let readiness = xin_platform::with_files(readiness, &ingest.files);
    let (hooks, api) = (webhook_ingest::routes(&webhooks), gateway::routes(&gateway));
    let routes = move |config: &mut ServiceConfig| {
        hooks(config);
        api(config);
    };
    let work = move |shutdown: &Shutdown| {
        gateway::run(&gateway, shutdown);
        webhook_ingest::run(&webhooks, shutdown);
        conversation::run(&conversation, shutdown);
        knowledge_ingest::run(&ingest, shutdown);
        Ok(ai_orchestrator::run(&orchestrator, shutdown)?)
    };
    parts.serve(shutdown, readiness, routes, work).await
}
