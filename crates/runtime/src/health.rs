//! `/healthz`: the process lives. `/readyz`: its parts answer, named one by one. `/metrics`.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::{HttpResponse, web};
use futures::future;
use serde::Serialize;

/// A part that takes longer to answer counts as away.
const PATIENCE: Duration = Duration::from_secs(2);
/// However often we are asked, the parts are asked only so often.
const FRESH: Duration = Duration::from_secs(1);

type Answer = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;
type Check = Arc<dyn Fn() -> Answer + Send + Sync>;

/// The parts a service needs. Cheap to clone.
#[derive(Clone, Default)]
pub struct Readiness {
    checks: Vec<(&'static str, Check)>,
    last: Arc<Mutex<Option<(Instant, Report)>>>,
}

/// What the parts answered.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Whether all of them answer.
    pub ready: bool,
    /// Each of them.
    pub parts: Vec<Part>,
}

/// What one part answered.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// Whether it answers.
    pub ok: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Readiness {
    /// Adds a part that is asked with `check`. A part of the same name is asked once.
    #[must_use]
    pub fn with<F, Fut, E>(mut self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: std::fmt::Display,
    {
        let check: Check = Arc::new(move || {
            let answer = check();
            Box::pin(async move { answer.await.map_err(|error| error.to_string()) })
        });
        if self.checks.iter().all(|(known, _)| *known != name) {
            self.checks.push((name, check));
        }
        self
    }

    /// Asks all parts at once.
    pub async fn report(&self) -> Report {
        {
            let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((when, report)) = last.as_ref().filter(|(when, _)| when.elapsed() < FRESH) {
                tracing::trace!(age = ?when.elapsed(), "readiness is fresh");
                return report.clone();
            }
        }
        let asked = self.checks.iter().map(|(name, check)| async move {
            let answer = tokio::time::timeout(PATIENCE, check()).await;
            let error = match answer {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error),
                Err(_) => Some("no answer in time".to_owned()),
            };
            Part {
                name,
                ok: error.is_none(),
                error,
            }
        });
        let parts = future::join_all(asked).await;
        let report = Report {
            ready: parts.iter().all(|part| part.ok),
            parts,
        };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((Instant::now(), report.clone()));
        report
    }

    /// The routes.
    pub fn routes(&self) -> impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static {
        let readiness = web::Data::new(self.clone());
        move |config| {
            config
                .app_data(readiness.clone())
                .route("/healthz", web::get().to(healthz))
                .route("/readyz", web::get().to(readyz))
                .route("/metrics", web::get().to(metrics));
        }
    }
}

async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({"alive": true}))
}

async fn readyz(readiness: web::Data<Readiness>) -> HttpResponse {
    let report = readiness.report().await;
    if report.ready {
        HttpResponse::Ok().json(report)
    } else {
        HttpResponse::ServiceUnavailable().json(report)
    }
}

async fn metrics() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(crate::metrics::render())
}
