//! From the command line to a running service, and out again.

use std::future::Future;
use std::process::ExitCode;

use crate::settings::{self, Environment, Service, Settings};
use crate::shutdown::Shutdown;
use crate::{metrics, outbound, telemetry};

/// Enough for work that waits on the network; more only cost memory.
const WORKER_THREADS: usize = 2;
/// What a shell shows for a program that was set up wrongly.
const WRONG_SETTINGS: u8 = 2;

/// Runs a service until it is asked to stop. Wrong settings are listed, all at once, and end it
/// with code 2; a failure ends it with code 1.
pub fn start<F, Fut>(service: Service, run: F) -> ExitCode
where
    F: FnOnce(Settings, Shutdown) -> Fut,
    Fut: Future<Output = anyhow::Result<()>>,
{
    outbound::install_tls();
    let loaded = Environment::of_process(service)
        .and_then(|environment| Settings::load(&environment, service));
    let settings = match loaded {
        Ok(settings) => settings,
        Err(problems) => {
            eprintln!("{problems}");
            return ExitCode::from(WRONG_SETTINGS);
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKER_THREADS)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("the runtime cannot be built: {error}");
            return ExitCode::FAILURE;
        }
    };
    let telemetry = telemetry::init(service.name(), &settings.telemetry);
    metrics::install();
    tracing::info!(
        service = service.name(),
        environment = settings.environment.as_str(),
        version = settings::VERSION,
        "starting"
    );
    let shutdown = Shutdown::new(settings.shutdown_timeout);
    let outcome = runtime.block_on(async {
        shutdown.listen_for_signals();
        let ran = run(settings, shutdown.clone()).await;
        shutdown.request();
        shutdown.finished().await;
        ran
    });
    telemetry.shutdown();
    match outcome {
        Ok(()) if !shutdown.has_failed() => {
            tracing::info!("stopped");
            ExitCode::SUCCESS
        }
        Ok(()) => ExitCode::FAILURE,
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "stopped");
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
