//! Several models behind one: the next is asked when one fails, and one that keeps failing is left
//! alone for a while.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use xin_domain::Clock;

use crate::error::LlmError;
use crate::model::{Attempt, ChatModel, DeltaSink, ReplyOutcome, ReplyRequest, milliseconds_since};

/// Failures one after another that open a breaker.
const FAILURES: u32 = 5;
/// How long an open breaker keeps questions away before it lets one through.
const COOL_DOWN: TimeDelta = TimeDelta::seconds(30);
/// The longest a server's own wish for patience is followed.
const MOST_PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// One model of a chain.
pub struct ChainLink {
    /// The model.
    pub model: Arc<dyn ChatModel>,
    /// The longest one of its calls may take.
    pub timeout: Duration,
}

type Link = (ChainLink, Breaker);

/// Models in the order of preference. Cheap to share; keeps what it learned about each.
pub struct ChainModel {
    links: Vec<Link>,
    clock: Arc<dyn Clock>,
    name: String,
}

impl ChainModel {
    /// A chain of these models, the preferred one first.
    pub fn new(links: Vec<ChainLink>, clock: Arc<dyn Clock>) -> Result<Self, LlmError> {
        let first = links.first();
        let first = first.ok_or_else(|| LlmError::settings("the chain has no model"))?;
        Ok(Self {
            name: first.model.name().to_owned(),
            links: links
                .into_iter()
                .map(|link| (link, Breaker::default()))
                .collect(),
            clock,
        })
    }

    /// Those that may be asked now.
    fn admitted(&self, now: DateTime<Utc>) -> Vec<&Link> {
        let closed = |(_, breaker): &&Link| breaker.until().is_none_or(|until| until <= now);
        self.links.iter().filter(closed).collect()
    }
}

#[async_trait]
impl ChatModel for ChainModel {
    async fn reply(
        &self,
        request: &ReplyRequest,
        deltas: &dyn DeltaSink,
    ) -> Result<ReplyOutcome, LlmError> {
        let began = Instant::now();
        let mut links = self.admitted(self.clock.now());
        // A small chance is better than none: the one whose rest ends first is asked all the same.
        let all_rest = links.is_empty();
        if all_rest {
            let soonest = self.links.iter().min_by_key(|(_, breaker)| breaker.until());
            links.extend(soonest);
        }
        let mut attempts: Vec<Attempt> = Vec::new();
        let mut last = LlmError::unavailable("every model of the chain rests after failures");
        for (place, (link, breaker)) in links.iter().enumerate() {
            if !breaker.admits(self.clock.now()) && !all_rest {
                continue;
            }
            let left = request.deadline.saturating_sub(began.elapsed());
            if left.is_zero() {
                last = LlmError::Timeout;
                break;
            }
            if !attempts.is_empty() {
                deltas.restart();
            }
            // Whoever comes later still gets half of what is left.
            let share = if place + 1 < links.len() {
                left / 2
            } else {
                left
            };
            let request = ReplyRequest {
                deadline: share.min(link.timeout),
                ..request.clone()
            };
            let (asked, name) = (Instant::now(), link.model.name());
            match link.model.reply(&request, deltas).await {
                Ok(mut outcome) => {
                    breaker.succeeded();
                    attempts.append(&mut outcome.attempts);
                    outcome.attempts = attempts;
                    return Ok(outcome);
                }
                Err(error) => {
                    tracing::warn!(
                        llm.model = name,
                        error = %error,
                        "a model of the chain gave no reply"
                    );
                    breaker.failed(&error, self.clock.now());
                    attempts.push(Attempt {
                        model: name.to_owned(),
                        outcome: error.code().to_owned(),
                        milliseconds: milliseconds_since(asked),
                    });
                    last = error;
                }
            }
        }
        Err(last)
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// Keeps questions away from a model that keeps failing.
#[derive(Debug, Default)]
struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Until when it is open. Letting one question through moves it on, so that others wait for
    /// what becomes of that one, and for no longer should nothing become of it.
    until: Option<DateTime<Utc>>,
}

impl Breaker {
    /// Whether a question may go through now.
    fn admits(&self, now: DateTime<Utc>) -> bool {
        let mut state = self.state();
        match state.until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                state.until = Some(now + COOL_DOWN);
                true
            }
        }
    }

    fn until(&self) -> Option<DateTime<Utc>> {
        self.state().until
    }

    fn succeeded(&self) {
        *self.state() = State::default();
    }

    fn failed(&self, error: &LlmError, now: DateTime<Utc>) {
        let mut state = self.state();
        let pause = match error {
            LlmError::RateLimited { retry_after } => {
                let wished = retry_after.and_then(|wait| TimeDelta::from_std(wait).ok());
                wished.map(|wait| wait.min(MOST_PATIENCE))
            }
            // Nothing changes by asking again.
            LlmError::KeyRefused { .. }
            | LlmError::Settings { .. }
            | LlmError::Refused {
                status: 402 | 404, ..
            } => Some(COOL_DOWN),
            // The question's fault and not the model's.
            LlmError::Refused { .. } => return,
            LlmError::Timeout | LlmError::Unavailable { .. } | LlmError::Malformed { .. } => None,
        };
        state.failures = state.failures.saturating_add(1);
        let pause = pause.or_else(|| (state.failures >= FAILURES).then_some(COOL_DOWN));
        if let Some(pause) = pause {
            state.until = Some(now + pause);
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use xin_domain::FixedClock;

    use super::*;

    fn noon() -> FixedClock {
        FixedClock::at(DateTime::from_timestamp(1_800_000_000, 0).unwrap())
    }

    #[test]
    fn a_breaker_opens_lets_one_through_and_closes() {
        let (breaker, clock) = (Breaker::default(), noon());
        for _ in 0..FAILURES {
            assert!(breaker.admits(clock.now()));
            breaker.failed(&LlmError::Timeout, clock.now());
        }
        assert!(!breaker.admits(clock.now()));
        clock.advance(COOL_DOWN);
        assert!(breaker.admits(clock.now()), "the probe");
        assert!(!breaker.admits(clock.now()), "only one");
        breaker.failed(&LlmError::Timeout, clock.now());
        assert!(!breaker.admits(clock.now()));
        clock.advance(COOL_DOWN);
        assert!(breaker.admits(clock.now()));
        breaker.succeeded();
        assert!(breaker.admits(clock.now()) && breaker.admits(clock.now()));
    }

    #[test]
    fn what_will_not_change_opens_at_once_and_the_questions_fault_never() {
        let clock = noon();
        let opens = |error: LlmError| {
            let breaker = Breaker::default();
            breaker.failed(&error, clock.now());
            !breaker.admits(clock.now())
        };
        let refused = |status| LlmError::Refused {
            status,
            message: String::new(),
        };
        assert!(opens(LlmError::KeyRefused { status: 401 }));
        assert!(opens(refused(402)) && !opens(refused(400)));
        let limited = |seconds| LlmError::RateLimited {
            retry_after: Some(Duration::from_secs(seconds)),
        };
        assert!(opens(limited(60)));
        assert!(!opens(LlmError::RateLimited { retry_after: None }));
        assert!(!opens(LlmError::Timeout));
    }
}
