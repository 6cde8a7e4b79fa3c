//! The right to work on a run, which others respect as long as it is renewed.

use std::future::Future;
use std::pin::pin;

use chrono::TimeDelta;
use uuid::Uuid;
use xin_domain::{TenantId, WebsiteId};
use xin_storage::TenantTx;

use super::ended::Ended;
use crate::Platform;

/// The right to work on a run.
#[derive(Clone)]
pub struct Lease {
    pub platform: Platform,
    pub tenant: TenantId,
    pub website: WebsiteId,
    pub run: i64,
    pub worker: Uuid,
}

impl Lease {
    /// Renews it in a transaction, which then holds the website: nobody removes it meanwhile, and
    /// nobody else works on the run.
    pub async fn hold(&self, tx: &TenantTx) -> Result<(), Ended> {
        let now = self.platform.clock.now();
        let until = now + TimeDelta::from_std(self.platform.lease).unwrap_or_default();
        let held = tx
            .websites()
            .lease(self.website, self.run, self.worker, now, until)
            .await?;
        if held { Ok(()) } else { Err(Ended::Superseded) }
    }

    /// Renews it for as long as `work` takes.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> Result<T, Ended> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                () = tokio::time::sleep(self.platform.lease / 3) => self.renew().await?,
            }
        }
    }

    /// Gives it back. When that fails it runs out by itself.
    pub async fn release(&self) {
        let released = async {
            let tx = self.platform.database.tenant(self.tenant).await?;
            tx.websites().release(self.website, self.worker).await?;
            tx.commit().await
        };
        if let Err(error) = released.await {
            tracing::warn!(error = %error, "the lease on a website was not given back");
        }
    }

    async fn renew(&self) -> Result<(), Ended> {
        let tx = self.platform.database.tenant(self.tenant).await?;
        self.hold(&tx).await?;
        tx.commit().await?;
        Ok(())
    }
}
