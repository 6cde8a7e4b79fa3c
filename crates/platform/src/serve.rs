//! Serving: health at once, work when the database can be reached, the outbox last to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::web::ServiceConfig;
use tokio_util::sync::CancellationToken;
use xin_runtime::health::Readiness;
use xin_runtime::{Shutdown, http};

use crate::{Parts, database_settings};

const PAUSE: Duration = Duration::from_secs(1);

/// A database that answers is not enough: requests must not meet tables that are half made.
fn with_tables(readiness: Readiness, current: Arc<AtomicBool>) -> Readiness {
    readiness.with("tables", move || {
        let is_current = current.load(Ordering::Acquire);
        async move {
            is_current
                .then_some(())
                .ok_or("the tables are being brought up to date")
        }
    })
}

impl Parts {
    /// Serves `routes` and health until shutdown. `work` begins when the tables are up to date,
    /// and every program publishes what it writes to the outbox itself.
    pub async fn serve(
        self,
        shutdown: Shutdown,
        readiness: Readiness,
        routes: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
        work: impl FnOnce(&Shutdown) -> anyhow::Result<()> + Send + 'static,
    ) -> anyhow::Result<()> {
        let (address, workers) = (
            self.settings.http_address.clone(),
            self.settings.http_workers,
        );
        let working = shutdown.clone();
        let current = Arc::new(AtomicBool::new(false));
        let readiness = with_tables(readiness, Arc::clone(&current));
        shutdown.spawn("start", async move {
            if !self.tables_are_current(&working.soft()).await {
                return;
            }
            current.store(true, Ordering::Release);
            let (broker, late) = (self.broker.clone(), working.late());
            working.spawn_late("outbox relay", async move { broker.run_relay(late).await });
            if let Err(error) = work(&working) {
                tracing::error!(error = format!("{error:#}"), "the work cannot begin");
                working.request();
            }
        });
        let health = readiness.routes();
        let configure = move |config: &mut ServiceConfig| {
            health(config);
            routes(config);
        };
        http::serve(&address, workers, &shutdown, configure).await?;
        Ok(())
    }

    /// Waits for the database and brings its tables up to date; false when told to stop first.
    async fn tables_are_current(&self, stop: &CancellationToken) -> bool {
        let settings = database_settings(&self.settings);
        loop {
            let outcome = if settings.migrate {
                self.database.migrate(&settings).await
            } else {
                self.database.check().await
            };
            match outcome {
                Ok(()) => return true,
                Err(error) => {
                    tracing::warn!(error = %error, "the database is not ready, trying again");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = stop.cancelled() => return false,
            }
        }
    }
}
