//! Logs and traces. A trace follows one message across all services when an OTLP endpoint is set;
//! without one, requests still have an id to be found by.

use std::io::IsTerminal;

use opentelemetry::propagation::Extractor;
use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry::{Context, global};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// How a process tells what it does.
#[derive(Clone, Debug)]
pub struct TelemetrySettings {
    /// Which logs, as `tracing` filters are written.
    pub filter: String,
    /// JSON lines, or lines for people.
    pub json: bool,
    /// Where traces go; nowhere when absent.
    pub otlp_endpoint: Option<String>,
}

/// What must be put down at the end.
#[must_use]
pub struct Telemetry {
    provider: Option<SdkTracerProvider>,
}

/// Begins to tell. A filter that cannot be read counts as `info`.
pub fn init(service: &'static str, settings: &TelemetrySettings) -> Telemetry {
    global::set_text_map_propagator(TraceContextPropagator::new());
    let filter = EnvFilter::try_new(&settings.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    // It logs what a server answers, and that may hold what customers wrote.
    let filter = match "async_openai=off".parse() {
        Ok(silence) => filter.add_directive(silence),
        Err(_) => filter,
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let lines = if settings.json {
        lines.json().boxed()
    } else {
        lines.boxed()
    };
    let provider = settings
        .otlp_endpoint
        .as_deref()
        .and_then(|endpoint| provider(service, endpoint));
    let traces = provider
        .as_ref()
        .map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer(service)));
    let subscriber = tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .with(traces);
    if subscriber.try_init().is_err() {
        eprintln!("logging was begun before");
    }
    Telemetry { provider }
}

fn provider(service: &'static str, endpoint: &str) -> Option<SdkTracerProvider> {
    let endpoint = if endpoint.ends_with("/v1/traces") {
        endpoint.to_owned()
    } else {
        format!("{}/v1/traces", endpoint.trim_end_matches('/'))
    };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(endpoint)
        .build();
    match exporter {
        Ok(exporter) => {
            let provider = SdkTracerProvider::builder()
                .with_batch_exporter(exporter)
                .with_resource(Resource::builder().with_service_name(service).build())
                .build();
            global::set_tracer_provider(provider.clone());
            Some(provider)
        }
        Err(error) => {
            eprintln!("traces are not sent: {error}");
            None
        }
    }
}

impl Telemetry {
    /// Sends what is still to be sent.
    pub fn shutdown(self) {
        if let Some(provider) = self.provider
            && let Err(error) = provider.shutdown()
        {
            eprintln!("the last traces were not sent: {error}");
        }
    }
}

/// The id that a request's logs, traces and problem answers share.
#[must_use]
pub fn current_trace_id() -> String {
    let context = Span::current().context();
    let span = context.span();
    let span = span.span_context();
    if span.is_valid() {
        return span.trace_id().to_string();
    }
    REQUEST_ID
        .try_with(Clone::clone)
        .unwrap_or_else(|_| new_id())
}

/// A random id of the form of a trace id.
pub(crate) fn new_id() -> String {
    hex::encode(rand::random::<[u8; 16]>())
}

tokio::task_local! {
    /// The id of the request at work, for when no traces are sent.
    pub(crate) static REQUEST_ID: String;
}

/// Makes `span` a child of the caller's span, where the request carries one.
pub(crate) fn adopt(span: &Span, headers: &actix_web::http::header::HeaderMap) {
    let context: Context =
        global::get_text_map_propagator(|propagator| propagator.extract(&Headers(headers)));
    // Refused only where no tracer is installed, and then there is nothing to follow.
    let _followed = span.set_parent(context);
}

struct Headers<'a>(&'a actix_web::http::header::HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0
            .keys()
            .map(actix_web::http::header::HeaderName::as_str)
            .collect()
    }
}
