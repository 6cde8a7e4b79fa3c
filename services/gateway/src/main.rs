//! The program `gateway`.

use std::process::ExitCode;

use xin_platform::Parts;
use xin_runtime::{Service, Settings, Shutdown};

fn main() -> ExitCode {
    if let Some(ended) = xin_documents::sandbox::serve_if_worker() {
        return ended;
    }
    xin_runtime::start(Service::Gateway, serve)
}

async fn serve(settings: Settings, shutdown: Shutdown) -> anyhow::Result<()> {
    let parts = Parts::open(settings).await?;
    let platform = gateway::Platform::of(&parts)?;
    let readiness = xin_platform::with_files(parts.readiness(), &platform.files);
    let gateway = gateway::Gateway::new(platform, shutdown.soft());
    let routes = gateway::routes(&gateway);
    let work = move |shutdown: &Shutdown| {
        gateway::run(&gateway, shutdown);
        Ok(())
    };
    parts.serve(shutdown, readiness, routes, work).await
}
