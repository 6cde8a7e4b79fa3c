//! Bounded work, per tenant and in all, so that one tenant cannot starve the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use xin_domain::TenantId;

/// How many turns of a tenant may wait for a place: a quarter of what a process holds.
const WAITING_PER_TENANT: usize = 250;

/// Places at work.
pub struct Fairness {
    all: Arc<Semaphore>,
    per_tenant: usize,
    tenants: Mutex<HashMap<TenantId, Weak<TenantPlaces>>>,
}

struct TenantPlaces {
    at_work: Arc<Semaphore>,
    waiting: Semaphore,
}

/// A place at work, given back when dropped.
pub struct Place {
    _tenant: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
    // Keeps the tenant's places known while one of them is taken.
    _places: Arc<TenantPlaces>,
}

/// More turns of a tenant wait than may.
#[derive(Debug)]
pub struct TooMany;

impl Fairness {
    pub fn new(all: usize, per_tenant: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(all)),
            per_tenant,
            tenants: Mutex::default(),
        }
    }

    /// Waits for a place. The tenant's own comes first: who waits for it holds nobody else up.
    pub async fn place(&self, tenant: TenantId) -> Result<Place, TooMany> {
        let places = self.of(tenant);
        // The semaphores are never closed, so a refusal is always for want of room.
        let waiting = places.waiting.try_acquire().map_err(|_full| TooMany)?;
        let at_work = Arc::clone(&places.at_work);
        let own = at_work.acquire_owned().await.map_err(|_closed| TooMany)?;
        let all = Arc::clone(&self.all);
        let all = all.acquire_owned().await.map_err(|_closed| TooMany)?;
        drop(waiting);
        Ok(Place {
            _tenant: own,
            _all: all,
            _places: places,
        })
    }

    fn of(&self, tenant: TenantId) -> Arc<TenantPlaces> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = tenants.get(&tenant).and_then(Weak::upgrade) {
            return found;
        }
        tenants.retain(|_, places| places.strong_count() > 0);
        let made = Arc::new(TenantPlaces {
            at_work: Arc::new(Semaphore::new(self.per_tenant)),
            waiting: Semaphore::new(WAITING_PER_TENANT),
        });
        tenants.insert(tenant, Arc::downgrade(&made));
        made
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn a_busy_tenant_leaves_room_for_others() {
        let fairness = Fairness::new(3, 2);
        let busy = TenantId::from_uuid(Uuid::from_u128(1));
        let other = TenantId::from_uuid(Uuid::from_u128(2));
        let first = fairness.place(busy).await;
        let second = fairness.place(busy).await;
        assert!(first.is_ok() && second.is_ok());
        let wait = std::time::Duration::from_millis(20);
        assert!(
            tokio::time::timeout(wait, fairness.place(busy))
                .await
                .is_err()
        );
        assert!(
            tokio::time::timeout(wait, fairness.place(other))
                .await
                .is_ok()
        );
        drop(first);
        assert!(
            tokio::time::timeout(wait, fairness.place(busy))
                .await
                .is_ok()
        );
    }

    #[tokio::test]
    async fn a_flood_is_refused_and_not_held() {
        let fairness = Arc::new(Fairness::new(3, 1));
        let flooded = TenantId::from_uuid(Uuid::from_u128(1));
        let held = fairness.place(flooded).await.unwrap();
        let waiting: Vec<_> = (0..WAITING_PER_TENANT)
            .map(|_| {
                let fairness = Arc::clone(&fairness);
                tokio::spawn(async move { fairness.place(flooded).await.is_ok() })
            })
            .collect();
        while fairness.of(flooded).waiting.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(fairness.place(flooded).await.is_err());
        let other = TenantId::from_uuid(Uuid::from_u128(2));
        assert!(fairness.place(other).await.is_ok());
        drop(held);
        for waiter in waiting {
            assert!(waiter.await.unwrap());
        }
    }
}
