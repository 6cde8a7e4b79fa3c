//! The HTTP server: one line and two numbers per request, an id on every answer, safe headers.

use std::io;
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::{App, Error, HttpServer, web};
use tracing::Instrument;

use crate::problem;
use crate::shutdown::Shutdown;
use crate::telemetry::{self, REQUEST_ID};

/// JSON bodies; routes that take more say so.
const LARGEST_JSON: usize = 2 * 1024 * 1024;
const REQUEST_ID_HEADER: &str = "x-request-id";
/// Requests at work when the process stops are given this long.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until everything else has ended, then finishes the requests at work.
pub async fn serve<C>(
    address: &str,
    workers: usize,
    shutdown: &Shutdown,
    configure: C,
) -> io::Result<()>
where
    C: Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
{
    let server = HttpServer::new(move || {
        App::new()
            .app_data(problem::json_config(LARGEST_JSON))
            .app_data(problem::query_config())
            .app_data(problem::path_config())
            .wrap(from_fn(observe))
            .configure(configure.clone())
            .default_service(web::to(problem::not_found))
    })
    .workers(workers)
    .disable_signals()
    .shutdown_timeout(GRACE.as_secs())
    .bind(address)
    .map_err(|error| io::Error::new(error.kind(), format!("{address}: {error}")))?
    .run();
    tracing::info!(address, "listening");
    let handle = server.handle();
    let stopping = shutdown.clone();
    tokio::spawn(async move {
        stopping.requested().await;
        // The server goes last: its workers' runtimes drive connections that the rest of the
        // process was using when it first needed them.
        stopping.finished().await;
        handle.stop(true).await;
    });
    server.await
}

/// Watches a request: span, log line, numbers, id, headers.
async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();
    let method = request.method().clone();
    let route = request.match_pattern().unwrap_or_else(|| "none".to_owned());
    let span = tracing::info_span!(
        "request",
        http.method = %method,
        http.route = %route,
        tenant_id = tracing::field::Empty,
    );
    telemetry::adopt(&span, request.headers());
    let id = request_id(&request);
    let (id, mut response) = REQUEST_ID
        .scope(id.clone(), async move {
            let response = match next.call(request).await {
                Ok(response) => response.map_into_boxed_body(),
                Err(error) => return (id, Err(error)),
            };
            (telemetry::current_trace_id(), Ok(response))
        })
        .instrument(span.clone())
        .await;
    let status = match &response {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    let seconds = began.elapsed().as_secs_f64();
    let labels = [
        ("method", known(&method).to_owned()),
        ("route", route.clone()),
        ("status", status.as_u16().to_string()),
    ];
    ::metrics::counter!("http_requests_total", &labels).increment(1);
    ::metrics::histogram!("http_request_seconds", "route" => route.clone()).record(seconds);
    // Those who watch us ask every few seconds; that is no news.
    if !matches!(route.as_str(), "/healthz" | "/readyz" | "/metrics") {
        tracing::info!(
            parent: &span,
            request_id = %id,
            status = status.as_u16(),
            milliseconds = (seconds * 1000.0).round(),
            "request"
        );
    }
    if let Ok(response) = &mut response {
        add_headers(response, &id);
    }
    response
}

/// The method by name, if it is one of HTTP's: anybody may make up others, and each label is kept
/// for ever.
fn known(method: &Method) -> &'static str {
    let methods = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    let names = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let found = methods
        .iter()
        .zip(names)
        .find(|(known, _)| *known == method);
    found.map_or("other", |(_, name)| name)
}

/// The id the proxy in front gave, when it is one, else a new one.
fn request_id(request: &ServiceRequest) -> String {
    request
        .headers()
        .get(REQUEST_ID_HEADER)
        .and_then(|value| value.to_str().ok())
        .filter(|id| {
            let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
            (8..=64).contains(&id.len()) && id.chars().all(plain)
        })
        .map_or_else(telemetry::new_id, str::to_owned)
}

fn add_headers<B>(response: &mut ServiceResponse<B>, id: &str) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static(REQUEST_ID_HEADER), id);
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}
