//! The program `knowledge-ingest`.

use std::process::ExitCode;

use xin_platform::Parts;
use xin_runtime::{Service, Settings, Shutdown};

fn main() -> ExitCode {
    if let Some(ended) = xin_documents::sandbox::serve_if_worker() {
        return ended;
    }
    xin_runtime::start(Service::KnowledgeIngest, serve)
}

async fn serve(settings: Settings, shutdown: Shutdown) -> anyhow::Result<()> {
    let parts = Parts::open(settings).await?;
    let platform = knowledge_ingest::Platform::of(&parts, parts.index()?)?;
    let readiness = xin_platform::with_index(parts.readiness(), &platform.index);
    let readiness = xin_platform::with_files(readiness, &platform.files);
    let work = move |shutdown: &Shutdown| {
        knowledge_ingest::run(&platform, shutdown);
        Ok(())
    };
    parts.serve(shutdown, readiness, |_| {}, work).await
}
