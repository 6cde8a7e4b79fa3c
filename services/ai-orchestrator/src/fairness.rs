//! Bounded work, per tenant and in all, so that one tenant cannot starve the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use xin_domain::TenantId;

/// Places at work.
pub struct Fairness {
    all: Arc<Semaphore>,
    per_tenant: usize,
    tenants: Mutex<HashMap<TenantId, Weak<Semaphore>>>,
}

/// A place at work, given back when dropped.
pub struct Place {
    _tenant: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Fairness {
    pub fn new(all: usize, per_tenant: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(all)),
            per_tenant,
            tenants: Mutex::default(),
        }
    }

    /// Waits for a place. The tenant's own comes first: who waits for it holds nobody else up.
    /// Nothing only when the semaphores are closed, which they never are.
    pub async fn place(&self, tenant: TenantId) -> Option<Place> {
        let own = self.of(tenant).acquire_owned().await.ok()?;
        let all = Arc::clone(&self.all).acquire_owned().await.ok()?;
        Some(Place {
            _tenant: own,
            _all: all,
        })
    }

    fn of(&self, tenant: TenantId) -> Arc<Semaphore> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = tenants.get(&tenant).and_then(Weak::upgrade) {
            return found;
        }
        tenants.retain(|_, semaphore| semaphore.strong_count() > 0);
        let made = Arc::new(Semaphore::new(self.per_tenant));
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
        assert!(first.is_some() && second.is_some());
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
}
