//! The program `ai-orchestrator`.

use std::process::ExitCode;

use xin_platform::Parts;
use xin_runtime::{Service, Settings, Shutdown};

fn main() -> ExitCode {
    xin_runtime::start(Service::AiOrchestrator, serve)
}

async fn serve(settings: Settings, shutdown: Shutdown) -> anyhow::Result<()> {
    let parts = Parts::open(settings).await?;
    let index = parts.index()?;
    let platform = ai_orchestrator::Platform::of(&parts, index.clone())?;
    let readiness = xin_platform::with_index(parts.readiness(), &index);
    let work = move |shutdown: &Shutdown| Ok(ai_orchestrator::run(&platform, shutdown)?);
    parts.serve(shutdown, readiness, |_| {}, work).await
}
