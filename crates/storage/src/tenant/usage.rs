//! What a tenant's models were used for, by day, and how much they may be.

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use super::TenantTx;
use crate::entities::models::{ai_budget, usage_day};
use crate::error::StorageError;

/// What was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Replies written.
    pub messages: i64,
    /// Tokens read.
    pub prompt_tokens: i64,
    /// Tokens written.
    pub completion_tokens: i64,
    /// What they cost, in millionths of the currency.
    pub cost_micros: i64,
}

impl Used {
    /// Tokens read and written.
    #[must_use]
    pub const fn tokens(&self) -> i64 {
        self.prompt_tokens.saturating_add(self.completion_tokens)
    }

    /// Both together.
    #[must_use]
    pub const fn and(&self, other: &Self) -> Self {
        Self {
            messages: self.messages.saturating_add(other.messages),
            prompt_tokens: self.prompt_tokens.saturating_add(other.prompt_tokens),
            completion_tokens: self
                .completion_tokens
                .saturating_add(other.completion_tokens),
            cost_micros: self.cost_micros.saturating_add(other.cost_micros),
        }
    }
}

/// What one model was used for on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageDay {
    /// The tenant's day.
    pub day: NaiveDate,
    /// The model's name in traces.
    pub model: String,
    /// What was used.
    pub used: Used,
}

/// The most that may be used in a time; what is absent has no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Replies.
    pub messages: Option<i64>,
    /// Tokens, read and written.
    pub tokens: Option<i64>,
    /// Money, in millionths of the currency.
    pub cost_micros: Option<i64>,
}

/// The most that may be used in a day and in a month of the calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Budgets {
    /// In a day.
    pub day: Limits,
    /// In a month.
    pub month: Limits,
}

/// Reads and writes what is used and what may be.
pub struct Usage<'a>(pub(super) &'a TenantTx);

impl Usage<'_> {
    /// Adds to what a model was used for on a day. Nothing is lost when several add at once.
    pub async fn add(&self, day: NaiveDate, model: &str, used: Used) -> Result<(), StorageError> {
        let row = usage_day::ActiveModel {
            tenant_id: Set(self.0.id()),
            day: Set(day),
            name: Set(model.to_owned()),
            messages: Set(used.messages),
            prompt_tokens: Set(used.prompt_tokens),
            completion_tokens: Set(used.completion_tokens),
            cost_micros: Set(used.cost_micros),
        };
        let sum = |column: usage_day::Column, more: i64| {
            (column, Expr::col((usage_day::Entity, column)).add(more))
        };
        let key = [
            usage_day::Column::TenantId,
            usage_day::Column::Day,
            usage_day::Column::Name,
        ];
        let mut conflict = OnConflict::columns(key);
        for (column, value) in [
            sum(usage_day::Column::Messages, used.messages),
            sum(usage_day::Column::PromptTokens, used.prompt_tokens),
            sum(usage_day::Column::CompletionTokens, used.completion_tokens),
            sum(usage_day::Column::CostMicros, used.cost_micros),
        ] {
            conflict.value(column, value);
        }
        usage_day::Entity::insert(row)
            .on_conflict(conflict)
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(())
    }

    /// What was used on those days, oldest first, by model.
    pub async fn days(
        &self,
        days: RangeInclusive<NaiveDate>,
    ) -> Result<Vec<UsageDay>, StorageError> {
        let rows = self
            .0
            .rows::<usage_day::Entity>()
            .filter(usage_day::Column::Day.between(*days.start(), *days.end()))
            .order_by_asc(usage_day::Column::Day)
            .order_by_asc(usage_day::Column::Name)
            .all(&self.0.transaction)
            .await?;
        let day = |row: usage_day::Model| UsageDay {
            day: row.day,
            model: row.name,
            used: Used {
                messages: row.messages,
                prompt_tokens: row.prompt_tokens,
                completion_tokens: row.completion_tokens,
                cost_micros: row.cost_micros,
            },
        };
        Ok(rows.into_iter().map(day).collect())
    }

    /// The budgets; without limits while none were set.
    pub async fn budgets(&self) -> Result<Budgets, StorageError> {
        let row = self
            .0
            .rows::<ai_budget::Entity>()
            .one(&self.0.transaction)
            .await?;
        row.map_or_else(
            || Ok(Budgets::default()),
            |row| {
                serde_json::from_value(row.budgets).map_err(|_unreadable| StorageError::Corrupt {
                    table: "ai_budgets",
                    column: "budgets",
                    row: row.tenant_id.to_string(),
                })
            },
        )
    }

    /// Sets the budgets.
    pub async fn save_budgets(
        &self,
        budgets: &Budgets,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let row = ai_budget::ActiveModel {
            tenant_id: Set(self.0.id()),
            budgets: Set(serde_json::json!(budgets)),
            updated_at: Set(now),
        };
        ai_budget::Entity::insert(row)
            .on_conflict(
                OnConflict::column(ai_budget::Column::TenantId)
                    .update_columns([ai_budget::Column::Budgets, ai_budget::Column::UpdatedAt])
                    .to_owned(),
            )
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(())
    }
}
