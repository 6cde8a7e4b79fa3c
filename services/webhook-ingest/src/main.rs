//! The program `webhook-ingest`.

use std::process::ExitCode;

use xin_platform::Parts;
use xin_runtime::{Service, Settings, Shutdown};

fn main() -> ExitCode {
    xin_runtime::start(Service::WebhookIngest, serve)
}

async fn serve(settings: Settings, shutdown: Shutdown) -> anyhow::Result<()> {
    let parts = Parts::open(settings).await?;
    let platform = webhook_ingest::Platform::of(&parts);
    let readiness = parts.readiness();
    let routes = webhook_ingest::routes(&platform);
    let work = move |shutdown: &Shutdown| {
        webhook_ingest::run(&platform, shutdown);
        Ok(())
    };
    parts.serve(shutdown, readiness, routes, work).await
}
