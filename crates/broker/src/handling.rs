//! One message and its handler: how often, how soon again, and when to give up.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::FutureExt;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use xin_contracts::{Envelope, Queue};
use xin_domain::ErrorKind;

use crate::error::JobError;
use crate::trace;

/// What handles the messages of a queue. The same message may come twice: the second time must
/// change nothing.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Handles one message.
    async fn handle(&self, envelope: &Envelope) -> Result<(), JobError>;
}

/// What is to become of a message.
#[derive(Debug)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It waits in the waiting room of its next attempt.
    Retry(JobError),
    /// It goes to the dead letters.
    Dead(JobError),
    /// The process stops; whoever comes next handles it.
    Abandoned,
}

/// How long a message is held and tried again here, before it goes to a waiting room: most outages
/// are shorter, and what was held goes on the moment they end.
const HELD: Duration = Duration::from_secs(30);
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// Handles a message until there is an outcome.
pub async fn handle(
    handler: &dyn Handler,
    queue: &'static Queue,
    envelope: &Envelope,
    stop: &CancellationToken,
) -> Outcome {
    let span = tracing::info_span!(
        "consume",
        queue = queue.name,
        routing_key = envelope.routing_key.as_str(),
        message_id = %envelope.message_id,
        tenant_id = %envelope.tenant_id,
        attempt = envelope.attempt,
    );
    trace::adopt(&span, envelope.trace_parent.as_deref());
    let began = Instant::now();
    let outcome = until_settled(handler, envelope, stop)
        .instrument(span.clone())
        .await;
    let label = match &outcome {
        Outcome::Done => "done",
        Outcome::Retry(_) => "retry",
        Outcome::Dead(_) => "dead",
        Outcome::Abandoned => "abandoned",
    };
    metrics::counter!("broker_messages_total", "queue" => queue.name, "outcome" => label)
        .increment(1);
    metrics::histogram!("broker_handle_seconds", "queue" => queue.name)
        .record(began.elapsed().as_secs_f64());
    if let Outcome::Retry(error) | Outcome::Dead(error) = &outcome {
        tracing::warn!(
            parent: &span,
            outcome = label,
            error.kind = error.kind.code(),
            error.message = %error.message,
            "message not handled"
        );
    }
    outcome
}

async fn until_settled(
    handler: &dyn Handler,
    envelope: &Envelope,
    stop: &CancellationToken,
) -> Outcome {
    let began = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        let attempt = AssertUnwindSafe(handler.handle(envelope))
            .catch_unwind()
            .await;
        let error = match attempt {
            Ok(Ok(())) => return Outcome::Done,
            Ok(Err(error)) => error,
            Err(panic) => JobError::new(ErrorKind::Internal, panic_message(&*panic)),
        };
        if error.gives_up(envelope.attempt) {
            return Outcome::Dead(error);
        }
        if !error.kind.is_transient() {
            return Outcome::Retry(error);
        }
        let wait = error.retry_after.unwrap_or(pause);
        if wait > HELD.saturating_sub(began.elapsed()) {
            return Outcome::Retry(error);
        }
        tracing::debug!(error.message = %error.message, "trying again");
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stop.cancelled() => return Outcome::Abandoned,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    format!("the handler panicked: {}", text.unwrap_or_default())
}
