//! Finding the tenants whose passages may have to be indexed again.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;
use xin_domain::TenantId;

use super::SystemTx;
use crate::entities::knowledge::document;
use crate::error::StorageError;

impl SystemTx {
    /// Tenants with documents that are served, by their id and after that one, at most `limit`.
    pub async fn tenants_with_knowledge(
        &self,
        after: Option<TenantId>,
        limit: u64,
    ) -> Result<Vec<TenantId>, StorageError> {
        let mut query = document::Entity::find()
            .select_only()
            .column(document::Column::TenantId)
            .distinct()
            .filter(document::Column::ReadyVersion.is_not_null());
        if let Some(after) = after {
            query = query.filter(document::Column::TenantId.gt(after.uuid()));
        }
        let found: Vec<Uuid> = query
            .order_by_asc(document::Column::TenantId)
            .limit(limit)
            .into_tuple()
            .all(&self.transaction)
            .await?;
        Ok(found.into_iter().map(TenantId::from_uuid).collect())
    }
}
