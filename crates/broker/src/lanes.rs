//! Jobs with the same key run one after the other; jobs with different keys side by side.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::task::TaskTracker;

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The lanes, one per key at work.
#[derive(Clone, Default)]
pub struct Lanes {
    waiting: Arc<Mutex<HashMap<String, VecDeque<Job>>>>,
    tracker: TaskTracker,
}

impl Lanes {
    /// Runs `job` after all earlier jobs of the same key.
    pub fn run(&self, key: &str, job: impl Future<Output = ()> + Send + 'static) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = waiting.get_mut(key) {
            lane.push_back(Box::pin(job));
            return;
        }
        waiting.insert(key.to_owned(), VecDeque::new());
        let lanes = Arc::clone(&self.waiting);
        let key = key.to_owned();
        self.tracker.spawn(async move {
            job.await;
            while let Some(next) = next_job(&lanes, &key) {
                next.await;
            }
        });
    }

    /// Waits until every job that was given is done.
    pub async fn drained(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }
}

/// The next job of a lane; the lane is gone when there is none.
fn next_job(lanes: &Mutex<HashMap<String, VecDeque<Job>>>, key: &str) -> Option<Job> {
    let mut lanes = lanes.lock().unwrap_or_else(PoisonError::into_inner);
    let next = lanes.get_mut(key).and_then(VecDeque::pop_front);
    if next.is_none() {
        lanes.remove(key);
    }
    next
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn one_key_keeps_its_order_and_others_do_not_wait_for_it() {
        let lanes = Lanes::default();
        let seen = Arc::new(Mutex::new(Vec::new()));
        for (key, number, pause) in [("a", 1, 30), ("a", 2, 0), ("b", 3, 0)] {
            let seen = Arc::clone(&seen);
            lanes.run(key, async move {
                tokio::time::sleep(Duration::from_millis(pause)).await;
                seen.lock().unwrap().push(number);
            });
        }
        lanes.drained().await;
        assert_eq!(*seen.lock().unwrap(), [3, 1, 2]);
    }
}
