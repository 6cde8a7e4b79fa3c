//! The tenant's voice.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use xin_domain::Brand;

use super::TenantTx;
use crate::entities::channels::brand;
use crate::error::StorageError;

/// Reads and writes the tenant's voice.
pub struct Brands<'a>(pub(super) &'a TenantTx);

impl Brands<'_> {
    /// The voice, or the plain one while none was set.
    pub async fn get(&self) -> Result<Brand, StorageError> {
        let row = self
            .0
            .rows::<brand::Entity>()
            .one(&self.0.transaction)
            .await?;
        row.map_or_else(
            || Ok(Brand::default()),
            |row| {
                serde_json::from_value(row.voice).map_err(|_unreadable| StorageError::Corrupt {
                    table: "brands",
                    column: "voice",
                    row: row.tenant_id.to_string(),
                })
            },
        )
    }

    /// Sets the voice.
    pub async fn save(&self, voice: &Brand, now: DateTime<Utc>) -> Result<(), StorageError> {
        let row = brand::ActiveModel {
            tenant_id: Set(self.0.id()),
            voice: Set(serde_json::json!(voice)),
            updated_at: Set(now),
        };
        brand::Entity::insert(row)
            .on_conflict(
                OnConflict::column(brand::Column::TenantId)
                    .update_columns([brand::Column::Voice, brand::Column::UpdatedAt])
                    .to_owned(),
            )
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(())
    }
}
