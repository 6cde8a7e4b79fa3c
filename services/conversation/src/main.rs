//! The program `conversation`.

use std::process::ExitCode;

use xin_platform::Parts;
use xin_runtime::{Service, Settings, Shutdown};

fn main() -> ExitCode {
    xin_runtime::start(Service::Conversation, serve)
}

async fn serve(settings: Settings, shutdown: Shutdown) -> anyhow::Result<()> {
    let parts = Parts::open(settings).await?;
    let platform = conversation::Platform::of(&parts);
    let readiness = parts.readiness();
    let work = move |shutdown: &Shutdown| {
        conversation::run(&platform, shutdown);
        Ok(())
    };
    parts.serve(shutdown, readiness, |_| {}, work).await
}
