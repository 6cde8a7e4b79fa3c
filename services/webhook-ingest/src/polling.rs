//! Asks Telegram for updates where it cannot reach us: behind a filter, or on a developer's
//! machine.
//!
//! A channel is polled by one process at a time, by a lease. The offset moves on only after the
//! updates before it were published, so a crash repeats some and loses none.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use xin_channels::telegram::{self, TelegramClient};
use xin_domain::{ChannelId, ChannelKind};
use xin_storage::StorageError;
use xin_storage::tenant::Channel;

use crate::Platform;
use crate::publish::publish;
use crate::routes::{self, Route};
use crate::telegram::answer_button;

/// How soon a new channel is noticed.
const LOOK_EVERY: Duration = Duration::from_secs(2);
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(2);
/// A poll that brings nothing takes at least this long.
const LEAST_POLL: Duration = Duration::from_secs(1);
/// Longer than a poll takes, so that the lease outlives it.
const LEASE_BEYOND_POLL: TimeDelta = TimeDelta::seconds(15);

/// What a poll brought.
enum Progress {
    /// Updates, and the offset is behind them.
    Moved,
    /// Nothing that moves the offset.
    Nothing,
}

/// Runs until `stop`.
pub async fn run(platform: Platform, stop: CancellationToken) {
    let mut pollers: HashMap<ChannelId, JoinHandle<()>> = HashMap::new();
    while !stop.is_cancelled() {
        match polled_channels(&platform).await {
            Ok(channels) => {
                pollers.retain(|_, poller| !poller.is_finished());
                for channel in channels {
                    pollers.entry(channel.id).or_insert_with(|| {
                        tokio::spawn(poll(platform.clone(), channel, stop.child_token()))
                    });
                }
            }
            Err(error) => tracing::warn!(error = %error, "polled channels not read"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => {}
        }
    }
    for (_, poller) in pollers {
        // A poller that panicked has said so itself.
        let _ended = poller.await;
    }
}

async fn polled_channels(platform: &Platform) -> Result<Vec<Channel>, StorageError> {
    let tx = platform.database.system_read().await?;
    let channels = tx.channels_of_kind(ChannelKind::Telegram).await?;
    Ok(channels.into_iter().filter(Channel::is_polled).collect())
}

/// Polls one channel until `stop`, until it is changed or removed, or until another process does.
async fn poll(platform: Platform, channel: Channel, stop: CancellationToken) {
    let Some(route) = routes::open(&platform, &channel) else {
        return;
    };
    let Ok(client) = route.telegram(&platform) else {
        return;
    };
    let route = Arc::new(route);
    let mut held_until: Option<DateTime<Utc>> = None;
    loop {
        match lease(&platform, channel.id, held_until).await {
            Ok(Some((current, until))) if current.updated_at == channel.updated_at => {
                held_until = Some(until);
                let began = Instant::now();
                let polled = poll_once(&platform, &route, &client, current.poll_offset);
                let outcome = tokio::select! {
                    outcome = polled => outcome,
                    () = stop.cancelled() => return,
                };
                match outcome {
                    Ok(Progress::Moved) => {}
                    // A platform that does not hold the poll is not asked without end.
                    Ok(Progress::Nothing) => {
                        tokio::time::sleep(LEAST_POLL.saturating_sub(began.elapsed())).await;
                    }
                    Err(reason) => {
                        tracing::warn!(channel_id = %channel.id, reason, "poll failed, trying again");
                        tokio::time::sleep(PAUSE_AFTER_FAILURE).await;
                    }
                }
            }
            // Changed, gone, or another's: whoever looks next starts anew.
            Ok(_) => return,
            Err(error) => {
                tracing::warn!(channel_id = %channel.id, error = %error, "polling lease not taken");
                tokio::time::sleep(PAUSE_AFTER_FAILURE).await;
            }
        }
    }
}

async fn lease(
    platform: &Platform,
    id: ChannelId,
    held_until: Option<DateTime<Utc>>,
) -> Result<Option<(Channel, DateTime<Utc>)>, StorageError> {
    let now = platform.clock.now();
    let poll = TimeDelta::from_std(platform.poll_timeout).unwrap_or_default();
    let until = now + poll + LEASE_BEYOND_POLL;
    let tx = platform.database.system().await?;
    let channel = tx.lease_polling(id, held_until, now, until).await?;
    tx.commit().await?;
    Ok(channel.map(|channel| (channel, until)))
}

async fn poll_once(
    platform: &Platform,
    route: &Arc<Route>,
    client: &TelegramClient,
    offset: i64,
) -> Result<Progress, String> {
    let updates = client
        .get_updates(offset, platform.poll_timeout)
        .await
        .map_err(|error| error.to_string())?;
    let mut next = offset;
    let mut events = Vec::new();
    for update in updates {
        match telegram::decode_value(&update) {
            Ok(decoded) => {
                next = next.max(decoded.update_id + 1);
                events.extend(decoded.events);
                if let Some(query) = decoded.callback_query_id {
                    answer_button(platform, route, query);
                }
            }
            // Without a number it is no update, and nothing later waits behind it.
            Err(error) => tracing::warn!(error = %error, "polled something that is no update"),
        }
    }
    if next == offset {
        return Ok(Progress::Nothing);
    }
    publish(platform, ChannelKind::Telegram, route, events)
        .await
        .map_err(|error| error.to_string())?;
    save_offset(platform, route, next)
        .await
        .map_err(|error| error.to_string())?;
    Ok(Progress::Moved)
}

async fn save_offset(platform: &Platform, route: &Route, next: i64) -> Result<(), StorageError> {
    let tx = platform.database.tenant(route.tenant_id).await?;
    tx.channels()
        .save_poll_offset(route.channel_id, next)
        .await?;
    tx.commit().await
}
