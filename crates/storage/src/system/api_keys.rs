//! Whose key a program shows.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::SystemTx;
use crate::entities::accounts::api_key;
use crate::error::StorageError;
use crate::tenant::{ApiKey, api_key_from};

impl SystemTx {
    /// The key of that hash, unless it is revoked.
    pub async fn api_key_by_hash(&self, hash: &str) -> Result<Option<ApiKey>, StorageError> {
        let row = api_key::Entity::find()
            .filter(api_key::Column::Hash.eq(hash))
            .filter(api_key::Column::RevokedAt.is_null())
            .one(&self.transaction)
            .await?;
        row.map(api_key_from).transpose()
    }
}
