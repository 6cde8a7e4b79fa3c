//! The models a tenant chose, for each task in the order they are asked.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use super::TenantTx;
use crate::entities::models::model;
use crate::error::StorageError;

/// What a model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModelTask {
    /// Words replies.
    Chat,
    /// Turns texts into vectors.
    Embed,
    /// Orders passages.
    Rerank,
}

impl ModelTask {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Chat, Self::Embed, Self::Rerank];

    /// Its name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Embed => "embed",
            Self::Rerank => "rerank",
        }
    }

    /// The task of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.as_str() == name)
    }
}

/// How a model is asked, and what it costs. Fields are only added.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelSettings {
    /// How freely it writes; the server's own choice when absent.
    pub temperature: Option<f32>,
    /// The most tokens it may write; the server's own choice when absent.
    pub max_tokens: Option<u32>,
    /// The longest one request may take; the operator's choice when absent.
    pub timeout_seconds: Option<u32>,
    /// The price of a million tokens read, in millionths of the currency.
    pub price_in_per_million: Option<i64>,
    /// The price of a million tokens written, in millionths of the currency.
    pub price_out_per_million: Option<i64>,
    /// The currency of the prices, as ISO 4217 names it.
    pub currency: Option<String>,
    /// How many tokens it can read at once.
    pub context_tokens: Option<u32>,
    /// By which means it gives a structure; found out when absent.
    pub structured: Option<String>,
}

/// What a test of a model found. Fields are only added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Probed {
    /// How many numbers its vectors have (embedder).
    pub dimension: Option<usize>,
    /// The languages it knows (embedder).
    pub languages: Vec<String>,
    /// By which means it gives a structure (chat).
    pub structured: Option<String>,
    /// When that was found.
    pub checked_at: Option<DateTime<Utc>>,
}

/// A model a tenant chose.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// What it is for.
    pub task: ModelTask,
    /// What its people call it, and its name in traces.
    pub label: String,
    /// The server's address.
    pub base_url: String,
    /// The model's name at that server.
    pub model: String,
    /// How it is asked.
    pub settings: ModelSettings,
    /// Its key, encrypted by the application.
    pub sealed_key: Option<Vec<u8>>,
    /// What a test found.
    pub probed: Option<Probed>,
    /// When its chain was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Reads and writes the tenant's models.
pub struct Models<'a>(pub(super) &'a TenantTx);

impl Models<'_> {
    /// All models, by task and in the order they are asked.
    pub async fn all(&self) -> Result<Vec<Model>, StorageError> {
        let rows = self
            .0
            .rows::<model::Entity>()
            .order_by_asc(model::Column::Task)
            .order_by_asc(model::Column::Ordinal)
            .all(&self.0.transaction)
            .await?;
        rows.into_iter().map(model_from).collect()
    }

    /// Replaces the chain of one task, whole; the task in the models themselves does not count.
    pub async fn replace(
        &self,
        task: ModelTask,
        chain: &[Model],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.0
            .removal::<model::Entity>()
            .filter(model::Column::Task.eq(task.as_str()))
            .exec(&self.0.transaction)
            .await?;
        let rows: Vec<_> = (0..)
            .zip(chain)
            .map(|(ordinal, model)| model::ActiveModel {
                tenant_id: Set(self.0.id()),
                task: Set(task.as_str().to_owned()),
                ordinal: Set(ordinal),
                label: Set(model.label.clone()),
                base_url: Set(model.base_url.clone()),
                name: Set(model.model.clone()),
                settings: Set(serde_json::json!(model.settings)),
                sealed_key: Set(model.sealed_key.clone()),
                probed: Set(model
                    .probed
                    .as_ref()
                    .map(|probed| serde_json::json!(probed))),
                updated_at: Set(now),
            })
            .collect();
        if !rows.is_empty() {
            model::Entity::insert_many(rows)
                .exec_without_returning(&self.0.transaction)
                .await?;
        }
        Ok(())
    }
}

fn model_from(row: model::Model) -> Result<Model, StorageError> {
    let corrupt = |column| StorageError::Corrupt {
        table: "models",
        column,
        row: format!("{} {} {}", row.tenant_id, row.task, row.ordinal),
    };
    let probed = row.probed.clone().map(serde_json::from_value).transpose();
    Ok(Model {
        task: ModelTask::from_name(&row.task).ok_or_else(|| corrupt("task"))?,
        settings: serde_json::from_value(row.settings.clone())
            .map_err(|_unreadable| corrupt("settings"))?,
        probed: probed.map_err(|_unreadable| corrupt("probed"))?,
        label: row.label,
        base_url: row.base_url,
        model: row.name,
        sealed_key: row.sealed_key,
        updated_at: row.updated_at,
    })
}
