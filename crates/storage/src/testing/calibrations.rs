//! Contract tests of calibrations.

use chrono::TimeDelta;
use xin_domain::Clock;

use super::{noon, seed};
use crate::{Database, StorageError};

pub(super) async fn suite(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let (ours, theirs) = (seed(database, now).await?, seed(database, now).await?);
    let later = |seconds| now + TimeDelta::seconds(seconds);
    let tx = database.tenant(ours.tenant).await?;
    tx.calibrations().outdate(later(1)).await?;
    tx.calibrations().outdate(later(2)).await?;
    tx.commit().await?;
    let due = |seconds| async move {
        let system = database.system_read().await?;
        let due = system.due_calibrations(later(seconds), 1_000).await?;
        Ok::<_, StorageError>(due.contains(&ours.tenant))
    };
    assert!(!due(2).await?, "changes are gathered");
    assert!(due(10).await?);

    let tx = database.tenant(ours.tenant).await?;
    let found = tx.calibrations().get().await?;
    let (covers, version) = found.map_or((now, 0), |found| (found.changed_at, found.version));
    assert_eq!((covers, version), (later(2), 0));
    tx.calibrations()
        .save(b"first".to_vec(), 1, covers, later(60))
        .await?;
    tx.calibrations()
        .save(b"late".to_vec(), 1, covers, later(60))
        .await?;
    tx.commit().await?;
    assert!(!due(100).await?, "nothing has changed since");

    let tx = database.tenant(ours.tenant).await?;
    let body = tx.calibrations().get().await?.and_then(|found| found.body);
    assert_eq!(
        body,
        Some(b"first".to_vec()),
        "of two makers the first counts"
    );
    tx.calibrations().outdate(later(20)).await?;
    tx.commit().await?;
    assert!(!due(30).await?, "not before it is due");
    assert!(due(61).await?);

    let tx = database.tenant(theirs.tenant).await?;
    assert_eq!(tx.calibrations().get().await?, None);
    tx.calibrations()
        .save(b"theirs".to_vec(), 9, now, now)
        .await?;
    tx.commit().await?;
    let tx = database.tenant(ours.tenant).await?;
    let body = tx.calibrations().get().await?.and_then(|found| found.body);
    assert_eq!(body, Some(b"first".to_vec()), "nobody writes another's");
    Ok(())
}
