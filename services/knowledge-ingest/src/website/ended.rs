//! How a run may end before it is through.

use xin_broker::JobError;
use xin_domain::CrawlCause;

/// Why the work on a run ends.
#[derive(Debug)]
pub enum Ended {
    /// The website is gone, or another worker has the run.
    Superseded,
    /// The run cannot be: its people are told why.
    Failed(CrawlCause),
    /// Something else stood in the way.
    Job(JobError),
}

impl<E: Into<JobError>> From<E> for Ended {
    fn from(error: E) -> Self {
        Self::Job(error.into())
    }
}
