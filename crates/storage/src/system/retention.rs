//! What is forgotten with time. ARCHITECTURE.md says how long each table keeps its rows.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::SystemTx;
use crate::entities::accounts::{refresh_token, sign_in_attempt};
use crate::entities::ai::playground_run;
use crate::entities::queue::live_event;
use crate::error::StorageError;

/// How long a screen may be away and still resume without loading everything anew.
const LIVE_EVENTS_KEPT: TimeDelta = TimeDelta::hours(24);
/// Longer than any sign-in window.
const SIGN_IN_ATTEMPTS_KEPT: TimeDelta = TimeDelta::days(1);
/// What was tried out is of the moment.
const PLAYGROUND_RUNS_KEPT: TimeDelta = TimeDelta::days(1);

impl SystemTx {
    /// Removes what is past its time; answers how many rows went.
    pub async fn forget_expired(&self, now: DateTime<Utc>) -> Result<u64, StorageError> {
        let events = live_event::Entity::delete_many()
            .filter(live_event::Column::CreatedAt.lt(now - LIVE_EVENTS_KEPT))
            .exec(&self.transaction)
            .await?;
        let tokens = refresh_token::Entity::delete_many()
            .filter(refresh_token::Column::ExpiresAt.lt(now))
            .exec(&self.transaction)
            .await?;
        let attempts = sign_in_attempt::Entity::delete_many()
            .filter(sign_in_attempt::Column::WindowStartedAt.lt(now - SIGN_IN_ATTEMPTS_KEPT))
            .exec(&self.transaction)
            .await?;
        let runs = playground_run::Entity::delete_many()
            .filter(playground_run::Column::CreatedAt.lt(now - PLAYGROUND_RUNS_KEPT))
            .exec(&self.transaction)
            .await?;
        Ok(events.rows_affected
            + tokens.rows_affected
            + attempts.rows_affected
            + runs.rows_affected)
    }
}
