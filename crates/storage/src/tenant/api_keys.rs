//! Keys that the tenant's own programs sign in with.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use xin_domain::{ApiKeyId, TenantId, UserId};

use super::TenantTx;
use crate::entities::accounts::api_key;
use crate::error::StorageError;

/// A key. The key itself is shown once and kept as a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// What its people call it.
    pub name: String,
    /// SHA-256 of the key, in hexadecimal.
    pub hash: String,
    /// The beginning of the key, to know it by.
    pub prefix: String,
    /// What it may change: `knowledge`, `products`.
    pub scopes: Vec<String>,
    /// Who made it.
    pub created_by: UserId,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Reads and writes keys.
pub struct ApiKeys<'a>(pub(super) &'a TenantTx);

impl ApiKeys<'_> {
    /// Adds a key.
    pub async fn add(&self, key: &ApiKey) -> Result<(), StorageError> {
        let row = api_key::ActiveModel {
            id: Set(key.id.uuid()),
            tenant_id: Set(self.0.id()),
            name: Set(key.name.clone()),
            hash: Set(key.hash.clone()),
            prefix: Set(key.prefix.clone()),
            scopes: Set(serde_json::json!(key.scopes)),
            created_by: Set(key.created_by.uuid()),
            last_used_at: Set(key.last_used_at),
            revoked_at: Set(None),
            created_at: Set(key.created_at),
        };
        api_key::Entity::insert(row)
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(())
    }

    /// The keys that are not revoked, oldest first.
    pub async fn list(&self) -> Result<Vec<ApiKey>, StorageError> {
        let rows = self
            .0
            .rows::<api_key::Entity>()
            .filter(api_key::Column::RevokedAt.is_null())
            .order_by_asc(api_key::Column::Id)
            .all(&self.0.transaction)
            .await?;
        rows.into_iter().map(api_key_from).collect()
    }

    /// Revokes a key. False when there is none.
    pub async fn revoke(&self, id: ApiKeyId, now: DateTime<Utc>) -> Result<bool, StorageError> {
        let change = api_key::ActiveModel {
            revoked_at: Set(Some(now)),
            ..Default::default()
        };
        self.change(id, change).await
    }

    /// Notes that a key was used.
    pub async fn note_use(&self, id: ApiKeyId, now: DateTime<Utc>) -> Result<(), StorageError> {
        let change = api_key::ActiveModel {
            last_used_at: Set(Some(now)),
            ..Default::default()
        };
        self.change(id, change).await?;
        Ok(())
    }

    async fn change(
        &self,
        id: ApiKeyId,
        change: api_key::ActiveModel,
    ) -> Result<bool, StorageError> {
        let outcome = self
            .0
            .change::<api_key::Entity>()
            .set(change)
            .filter(api_key::Column::Id.eq(id.uuid()))
            .filter(api_key::Column::RevokedAt.is_null())
            .exec(&self.0.transaction)
            .await?;
        Ok(outcome.rows_affected == 1)
    }
}

pub fn api_key_from(row: api_key::Model) -> Result<ApiKey, StorageError> {
    let scopes = serde_json::from_value(row.scopes.clone());
    let scopes = scopes.map_err(|_unreadable| StorageError::Corrupt {
        table: "api_keys",
        column: "scopes",
        row: row.id.to_string(),
    })?;
    Ok(ApiKey {
        id: ApiKeyId::from_uuid(row.id),
        tenant_id: TenantId::from_uuid(row.tenant_id),
        name: row.name,
        hash: row.hash,
        prefix: row.prefix,
        scopes,
        created_by: UserId::from_uuid(row.created_by),
        last_used_at: row.last_used_at,
        created_at: row.created_at,
    })
}
