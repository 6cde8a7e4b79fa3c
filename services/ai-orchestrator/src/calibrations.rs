//! The calibrations of tenants, kept for a while: they are large and change slowly.

use std::sync::Arc;
use std::time::Duration;

use xin_broker::JobError;
use xin_domain::TenantId;
use xin_knowledge::Calibration;
use xin_storage::Database;

/// For so long an older one serves.
const KEPT: Duration = Duration::from_secs(5);
/// Tenants kept.
const MOST: u64 = 500;

/// Reads calibrations.
#[derive(Clone)]
pub struct Calibrations {
    database: Database,
    kept: moka::sync::Cache<TenantId, (i64, Arc<Calibration>)>,
    fresh: moka::sync::Cache<TenantId, ()>,
}

impl Calibrations {
    /// The calibrations in that database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self {
            database,
            kept: moka::sync::Cache::new(MOST),
            fresh: moka::sync::Cache::builder()
                .max_capacity(MOST)
                .time_to_live(KEPT)
                .build(),
        }
    }

    /// The calibration of a tenant; the empty one while none was made for the model in use.
    pub async fn of(&self, tenant: TenantId) -> Result<Arc<Calibration>, JobError> {
        let kept = self.kept.get(&tenant);
        if let (Some((_, calibration)), true) = (&kept, self.fresh.contains_key(&tenant)) {
            return Ok(Arc::clone(calibration));
        }
        let tx = self.database.read(tenant).await?;
        let stored = tx.calibrations().get().await?;
        tx.commit().await?;
        let version = stored.as_ref().map_or(0, |stored| stored.version);
        self.fresh.insert(tenant, ());
        if let Some((_, calibration)) = kept.filter(|(known, _)| *known == version) {
            return Ok(calibration);
        }
        let calibration = stored
            .and_then(|stored| stored.body)
            .and_then(|body| serde_json::from_slice::<Calibration>(&body).ok())
            .filter(Calibration::is_current)
            .unwrap_or_default();
        let calibration = Arc::new(calibration);
        self.kept
            .insert(tenant, (version, Arc::clone(&calibration)));
        Ok(calibration)
    }
}
