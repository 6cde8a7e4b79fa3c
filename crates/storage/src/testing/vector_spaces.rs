//! The spaces of vectors of a tenant.

use chrono::TimeDelta;
use uuid::Uuid;
use xin_domain::Clock;

use super::{noon, seed};
use crate::tenant::{SpaceState, VectorSpace};
use crate::{Database, StorageError};

pub(super) async fn suite(database: &Database) -> Result<(), StorageError> {
    a_space_is_built_beside_the_served_one(database).await?;
    one_worker_changes_them(database).await?;
    another_tenants_stay(database).await?;
    tenants_with_knowledge_are_found(database).await
}

fn states(spaces: &[VectorSpace]) -> Vec<(&str, SpaceState)> {
    let state = |space: &VectorSpace| space.state;
    spaces
        .iter()
        .map(|space| (space.id.as_str(), state(space)))
        .collect()
}

async fn a_space_is_built_beside_the_served_one(database: &Database) -> Result<(), StorageError> {
    use SpaceState::{Building, Failed, Retired, Serving};

    let now = noon().now();
    let seed = seed(database, now).await?;
    let tx = database.tenant(seed.tenant).await?;
    let spaces = tx.vector_spaces();
    spaces.hold().await?;
    assert_eq!(spaces.all().await?, []);
    assert_eq!(spaces.serving().await?, None);
    spaces.put("", 0, Serving, now).await?;
    spaces.put("a", 1024, Building, now).await?;
    spaces.note_failure("a", "away\0", Building).await?;
    let all = spaces.all().await?;
    assert_eq!(states(&all), [("", Serving), ("a", Building)]);
    assert!(all.iter().any(|space| space.failure.is_some()));
    spaces.note_progress("a", seed.document).await?;
    tx.commit().await?;

    let tx = database.tenant(seed.tenant).await?;
    let spaces = tx.vector_spaces();
    let built: Vec<_> = spaces.all().await?;
    let expected = VectorSpace {
        id: "a".to_owned(),
        dimension: 1024,
        state: Building,
        failure: None,
        last_document: Some(seed.document),
        started_at: now,
        built_at: None,
    };
    assert_eq!(built.last(), Some(&expected));
    let later = now + TimeDelta::minutes(1);
    spaces.serve("a", later).await?;
    assert_eq!(
        states(&spaces.all().await?),
        [("", Retired), ("a", Serving)]
    );
    let serving = spaces.serving().await?;
    assert_eq!(serving.and_then(|space| space.built_at), Some(later));
    spaces.remove("").await?;
    spaces.put("b", 3, Building, now).await?;
    spaces.put("c", 3, Building, now).await?;
    spaces.note_failure("c", "refused", Failed).await?;
    spaces.retire_all_but(["a", "c"]).await?;
    let expected = [("a", Serving), ("b", Retired), ("c", Failed)];
    assert_eq!(states(&spaces.all().await?), expected);
    spaces.put("c", 3, Building, now).await?;
    let again = spaces.all().await?;
    assert_eq!(again.last().and_then(|space| space.failure.clone()), None);
    tx.commit().await
}

async fn one_worker_changes_them(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let seed = seed(database, now).await?;
    let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let until = now + TimeDelta::seconds(10);
    let tx = database.tenant(seed.tenant).await?;
    let spaces = tx.vector_spaces();
    spaces.put("", 0, SpaceState::Serving, now).await?;
    assert!(spaces.lease(first, now, until).await?);
    assert!(!spaces.lease(second, now, until).await?);
    // A space that is added meanwhile does not make room for another worker.
    spaces.put("a", 2, SpaceState::Building, now).await?;
    assert!(!spaces.lease(second, now, until).await?);
    assert!(spaces.lease(first, now, until).await?);
    spaces.release(second).await?;
    assert!(!spaces.lease(second, now, until).await?);
    let later = until + TimeDelta::seconds(1);
    assert!(spaces.lease(second, later, later).await?);
    spaces.release(second).await?;
    assert!(spaces.lease(first, now, until).await?);
    tx.commit().await
}

async fn another_tenants_stay(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let (ours, theirs) = (seed(database, now).await?, seed(database, now).await?);
    let tx = database.tenant(theirs.tenant).await?;
    tx.vector_spaces()
        .put("a", 2, SpaceState::Serving, now)
        .await?;
    tx.commit().await?;
    let before = {
        let tx = database.read(theirs.tenant).await?;
        tx.vector_spaces().all().await?
    };
    let tx = database.tenant(ours.tenant).await?;
    let spaces = tx.vector_spaces();
    assert_eq!(spaces.all().await?, []);
    assert_eq!(spaces.serving().await?, None);
    spaces.put("a", 3, SpaceState::Building, now).await?;
    spaces
        .note_failure("a", "refused", SpaceState::Failed)
        .await?;
    spaces.note_progress("a", theirs.document).await?;
    spaces.serve("b", now).await?;
    spaces.retire_all_but(["", "b"]).await?;
    spaces.remove("a").await?;
    tx.commit().await?;
    let tx = database.read(theirs.tenant).await?;
    assert_eq!(tx.vector_spaces().all().await?, before);
    Ok(())
}

async fn tenants_with_knowledge_are_found(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let (ours, other) = (seed(database, now).await?, seed(database, now).await?);
    let tx = database.tenant(ours.tenant).await?;
    assert!(tx.documents().complete(ours.document, 1, 1, now).await?);
    let served = tx.documents().served_after(None, 10).await?;
    let ids: Vec<_> = served.iter().map(|document| document.id).collect();
    assert_eq!(ids, [ours.document]);
    let after = Some(ours.document);
    assert_eq!(tx.documents().served_after(after, 10).await?, []);
    tx.commit().await?;
    let tx = database.read(other.tenant).await?;
    assert_eq!(tx.documents().served_after(None, 10).await?, []);
    drop(tx);
    let mut found = Vec::new();
    loop {
        let system = database.system_read().await?;
        let page = system
            .tenants_with_knowledge(found.last().copied(), 1)
            .await?;
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    assert!(found.contains(&ours.tenant));
    assert!(!found.contains(&other.tenant));
    Ok(())
}
