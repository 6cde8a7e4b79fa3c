//! One trace follows a message through all services: its envelope carries the W3C trace context.

use std::collections::HashMap;

use opentelemetry::propagation::Extractor;
use opentelemetry::{global, trace::TraceContextExt};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const TRACE_PARENT: &str = "traceparent";

/// The trace context of the present span, to put on an envelope.
#[must_use]
pub fn current() -> Option<String> {
    let context = Span::current().context();
    if !context.span().span_context().is_valid() {
        return None;
    }
    let mut carrier = HashMap::new();
    global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&context, &mut carrier);
    });
    carrier.remove(TRACE_PARENT)
}

/// Makes `span` a child of the span that wrote the envelope.
pub fn adopt(span: &Span, trace_parent: Option<&str>) {
    let Some(trace_parent) = trace_parent else {
        return;
    };
    let context = global::get_text_map_propagator(|propagator| {
        propagator.extract(&TraceParent(trace_parent))
    });
    // Refused only where no tracer is installed, and then there is nothing to follow.
    let _followed = span.set_parent(context);
}

struct TraceParent<'a>(&'a str);

impl Extractor for TraceParent<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == TRACE_PARENT).then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACE_PARENT]
    }
}
