//! The news of one tenant from a position on, as the text of an event stream.
//!
//! Signals only wake it; what it says comes from the table of news, so a lost signal delays it by
//! a second and loses nothing, and a lost connection resumes without a gap or a repeat.

use std::collections::VecDeque;
use std::time::Duration;

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;
use xin_domain::TenantId;
use xin_storage::StorageError;
use xin_storage::tenant::{LiveEvent, LivePosition};

use super::view::EventView;
use crate::auth::{Reads, Staff};
use crate::limits::Place;
use crate::live::Ear;
use crate::state::Shared;

/// How soon it looks without being woken.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Proxies end a stream that is silent for longer than a minute.
const HEARTBEAT: Duration = Duration::from_secs(15);
const AT_ONCE: u32 = 100;

/// The news of one tenant for one screen.
pub struct Feed {
    state: Shared,
    tenant: TenantId,
    /// Who left the business, or was signed out, stops seeing it when their token ends.
    until: DateTime<Utc>,
    position: LivePosition,
    ear: Ear,
    ready: VecDeque<Bytes>,
    last_said: Instant,
    _place: Place<TenantId>,
}

impl Feed {
    /// The news after `position`, for as long as that person's token is good.
    #[must_use]
    pub fn new(
        state: Shared,
        staff: &Staff<Reads>,
        position: LivePosition,
        ear: Ear,
        place: Place<TenantId>,
    ) -> Self {
        // A browser that lost the stream comes back after this long. The comment makes proxies
        // pass the headers on, so that the screen knows it is connected.
        let hello = Bytes::from_static(b"retry: 2000\n: connected\n\n");
        Self {
            state,
            tenant: staff.tenant_id,
            until: staff.expires_at,
            position,
            ear,
            ready: VecDeque::from([hello]),
            last_said: Instant::now(),
            _place: place,
        }
    }

    /// What to say next; nothing when the process stops or the token ends.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            if self.state.platform.clock.now() >= self.until {
                return None;
            }
            if let Some(text) = self.ready.pop_front() {
                self.last_said = Instant::now();
                return Some(text);
            }
            if let Err(error) = self.look().await {
                tracing::warn!(error = %error, "news not read, trying again");
            }
            if !self.ready.is_empty() {
                continue;
            }
            if self.last_said.elapsed() >= HEARTBEAT {
                self.ready
                    .push_back(Bytes::from_static(b": still here\n\n"));
                continue;
            }
            if !self.wait().await {
                return None;
            }
        }
    }

    /// Waits until it may be worth looking; false when the process stops.
    async fn wait(&mut self) -> bool {
        let stop = self.state.stop.clone();
        tokio::select! {
            signal = self.ear.recv() => match signal {
                Ok(_) | Err(RecvError::Lagged(_)) => {
                    // One look sees what all of them tell of.
                    self.ear = self.ear.resubscribe();
                    true
                }
                // The hub dropped us: from here on only the clock wakes us.
                Err(RecvError::Closed) => {
                    self.ear = self.state.hub.watch_tenant(self.tenant);
                    true
                }
            },
            () = tokio::time::sleep(LOOK_EVERY) => true,
            () = stop.cancelled() => false,
        }
    }

    async fn look(&mut self) -> Result<(), StorageError> {
        let tx = self.state.platform.database.read(self.tenant).await?;
        let events = tx.live_events().list_after(self.position, AT_ONCE).await?;
        let mut texts = Vec::with_capacity(events.len());
        for event in &events {
            texts.push(text_of(event, &EventView::read(&tx, event).await?));
        }
        if let Some(last) = events.last() {
            self.position = last.position;
        }
        self.ready.extend(texts);
        Ok(())
    }
}

fn text_of(event: &LiveEvent, view: &EventView) -> Bytes {
    // JSON has no line breaks outside of texts, and inside they are written \n.
    let data = serde_json::to_string(view).unwrap_or_default();
    Bytes::from(format!(
        "id: {}\nevent: {}\ndata: {data}\n\n",
        event.position,
        event.kind.as_str()
    ))
}
