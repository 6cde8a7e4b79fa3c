//! What retrieval learned of the tenant's knowledge.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::TenantTx;
use crate::entities::knowledge::calibration;
use crate::error::StorageError;

/// Changes within this time are gathered.
const GATHERED: TimeDelta = TimeDelta::seconds(2);

/// What was learned, as its maker wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCalibration {
    /// Grows with every making.
    pub version: i64,
    /// The last change of the knowledge.
    pub changed_at: DateTime<Utc>,
    /// Absent until it was made once.
    pub body: Option<Vec<u8>>,
}

/// Reads and writes the calibration.
pub struct Calibrations<'a>(pub(super) &'a TenantTx);

impl Calibrations<'_> {
    /// The calibration; nothing while the tenant has no knowledge.
    pub async fn get(&self) -> Result<Option<StoredCalibration>, StorageError> {
        let row = self
            .0
            .rows::<calibration::Entity>()
            .one(&self.0.transaction)
            .await?;
        Ok(row.map(|row| StoredCalibration {
            version: row.version,
            changed_at: row.changed_at,
            body: row.body,
        }))
    }

    /// Notes that the knowledge has changed: the calibration is due to be made anew.
    pub async fn outdate(&self, now: DateTime<Utc>) -> Result<(), StorageError> {
        let row = calibration::ActiveModel {
            tenant_id: Set(self.0.id()),
            changed_at: Set(now),
            computed_for: Set(None),
            due_at: Set(now + GATHERED),
            version: Set(0),
            body: Set(None),
        };
        // What is due stays due: a steady stream of changes must not put it off for ever.
        calibration::Entity::insert(row)
            .on_conflict(
                OnConflict::column(calibration::Column::TenantId)
                    .update_column(calibration::Column::ChangedAt)
                    .to_owned(),
            )
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(())
    }

    /// Keeps a calibration made of the knowledge as it was at `covers`; the next one is not made
    /// before `due_at`.
    pub async fn save(
        &self,
        body: Vec<u8>,
        version: i64,
        covers: DateTime<Utc>,
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.0
            .change::<calibration::Entity>()
            .set(calibration::ActiveModel {
                body: Set(Some(body)),
                version: Set(version),
                computed_for: Set(Some(covers)),
                due_at: Set(due_at),
                ..Default::default()
            })
            .filter(calibration::Column::Version.lt(version))
            .exec(&self.0.transaction)
            .await?;
        Ok(())
    }
}
