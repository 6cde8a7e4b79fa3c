//! Finding the websites that are to be read again.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;
use xin_domain::{TenantId, WebsiteId};

use super::SystemTx;
use crate::entities::websites::website;
use crate::error::StorageError;

impl SystemTx {
    /// Websites whose next run is due, those that wait longest first, at most `limit`. Whoever
    /// queues the run does so as their tenant.
    pub async fn due_websites(
        &self,
        now: DateTime<Utc>,
        limit: u64,
    ) -> Result<Vec<(TenantId, WebsiteId)>, StorageError> {
        let due: Vec<(Uuid, Uuid)> = website::Entity::find()
            .select_only()
            .column(website::Column::TenantId)
            .column(website::Column::Id)
            .filter(website::Column::NextRunAt.lte(now))
            .order_by_asc(website::Column::NextRunAt)
            .limit(limit)
            .into_tuple()
            .all(&self.transaction)
            .await?;
        Ok(due
            .into_iter()
            .map(|(tenant, website)| (TenantId::from_uuid(tenant), WebsiteId::from_uuid(website)))
            .collect())
    }
}
