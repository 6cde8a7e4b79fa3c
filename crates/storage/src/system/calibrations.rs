//! Which tenants' calibrations are to be made anew.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;
use xin_domain::TenantId;

use super::SystemTx;
use crate::entities::knowledge::calibration;
use crate::error::StorageError;

impl SystemTx {
    /// Tenants whose knowledge has changed since their calibration was made, longest due first.
    pub async fn due_calibrations(
        &self,
        now: DateTime<Utc>,
        limit: u64,
    ) -> Result<Vec<TenantId>, StorageError> {
        let outdated = Condition::any()
            .add(calibration::Column::ComputedFor.is_null())
            .add(
                Expr::col(calibration::Column::ComputedFor)
                    .lt(Expr::col(calibration::Column::ChangedAt)),
            );
        let due: Vec<Uuid> = calibration::Entity::find()
            .select_only()
            .column(calibration::Column::TenantId)
            .filter(outdated)
            .filter(calibration::Column::DueAt.lte(now))
            .order_by_asc(calibration::Column::DueAt)
            .limit(limit)
            .into_tuple()
            .all(&self.transaction)
            .await?;
        Ok(due.into_iter().map(TenantId::from_uuid).collect())
    }
}
