//! Soft stop, then hard stop: no new work first, then what is at work is finished, then the end.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::FutureExt;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The end of a process, passed to everything that must know of it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Shutdown {
    soft: CancellationToken,
    late: CancellationToken,
    tasks: TaskTracker,
    late_tasks: TaskTracker,
    timeout: Duration,
    failed: Arc<AtomicBool>,
}

impl Shutdown {
    /// A shutdown that waits `timeout` for what is at work.
    #[must_use]
    pub fn new(timeout: Duration) -> Self {
        Self {
            soft: CancellationToken::new(),
            late: CancellationToken::new(),
            tasks: TaskTracker::new(),
            late_tasks: TaskTracker::new(),
            timeout,
            failed: Arc::default(),
        }
    }

    /// Cancelled when no new work is to be taken up.
    #[must_use]
    pub fn soft(&self) -> CancellationToken {
        self.soft.clone()
    }

    /// Cancelled when everything spawned with [`Shutdown::spawn`] has ended: for what the others
    /// need until then, such as the relay of the outbox.
    #[must_use]
    pub fn late(&self) -> CancellationToken {
        self.late.clone()
    }

    /// Asks everything to stop.
    pub fn request(&self) {
        self.soft.cancel();
    }

    /// Waits until somebody asks everything to stop.
    pub async fn requested(&self) {
        self.soft.cancelled().await;
    }

    /// Stops on SIGTERM and SIGINT.
    pub fn listen_for_signals(&self) {
        for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
            let shutdown = self.clone();
            tokio::spawn(async move {
                match signal(kind) {
                    Ok(mut signals) => {
                        signals.recv().await;
                        tracing::info!("asked to stop");
                        shutdown.request();
                    }
                    Err(error) => tracing::error!(error = %error, "signals are not heard"),
                }
            });
        }
    }

    /// Runs a part of the service. A part that panics stops the whole process with an error, since
    /// half a service is worse than none: whoever watches it starts it again.
    pub fn spawn(&self, name: &'static str, part: impl Future<Output = ()> + Send + 'static) {
        let guarded = self.guarded(name, part);
        self.tasks.spawn(guarded);
    }

    /// Runs a part that others need until they have ended; it is to stop on [`Shutdown::late`].
    pub fn spawn_late(&self, name: &'static str, part: impl Future<Output = ()> + Send + 'static) {
        let guarded = self.guarded(name, part);
        self.late_tasks.spawn(guarded);
    }

    fn guarded(
        &self,
        name: &'static str,
        part: impl Future<Output = ()> + Send + 'static,
    ) -> impl Future<Output = ()> + Send + 'static {
        let shutdown = self.clone();
        async move {
            if AssertUnwindSafe(part).catch_unwind().await.is_err() {
                tracing::error!(part = name, "a part of the service panicked");
                shutdown.failed.store(true, Ordering::Relaxed);
                shutdown.request();
            }
        }
    }

    /// Whether a part of the service panicked.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    /// Waits until everything has ended, or until the time is over.
    pub async fn finished(&self) {
        let ending = async {
            self.tasks.close();
            self.tasks.wait().await;
            self.late.cancel();
            self.late_tasks.close();
            self.late_tasks.wait().await;
        };
        if tokio::time::timeout(self.timeout, ending).await.is_err() {
            tracing::warn!("stopped with work unfinished; the next process takes it up");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn parts_end_before_what_they_need() {
        let shutdown = Shutdown::new(Duration::from_secs(5));
        let order = Arc::new(std::sync::Mutex::new(Vec::new()));
        let (late, seen) = (shutdown.late(), Arc::clone(&order));
        shutdown.spawn_late("relay", async move {
            late.cancelled().await;
            seen.lock().unwrap().push("relay");
        });
        let (soft, seen) = (shutdown.soft(), Arc::clone(&order));
        shutdown.spawn("consumer", async move {
            soft.cancelled().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            seen.lock().unwrap().push("consumer");
        });
        shutdown.request();
        shutdown.finished().await;
        assert_eq!(*order.lock().unwrap(), ["consumer", "relay"]);
    }

    #[tokio::test]
    async fn a_panic_stops_everything() {
        let shutdown = Shutdown::new(Duration::from_secs(5));
        shutdown.spawn("part", async { panic!("on purpose") });
        shutdown.requested().await;
        assert!(shutdown.has_failed());
    }
}
