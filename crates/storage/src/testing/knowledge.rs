//! Contract tests of what tenants know.

use chrono::TimeDelta;
use uuid::Uuid;
use xin_domain::{Clock, DocumentFailure, DocumentId, DocumentOrigin, DocumentState, RandomIds};

use super::{Seed, noon, seed};
use crate::tenant::{NewContent, NewDocument};
use crate::{Database, StorageError, TenantTx};

pub(super) async fn suite(database: &Database) -> Result<(), StorageError> {
    a_version_is_served_until_the_next_is_whole(database).await?;
    leases_are_exclusive(database).await?;
    validity_is_respected(database).await?;
    references_are_unique_in_their_source(database).await?;
    documents_of_another_stay(database).await
}

fn content(words: &str) -> NewContent {
    NewContent {
        title: words.to_owned(),
        kind: "markdown".to_owned(),
        file_name: None,
        content_hash: words.to_owned(),
        bytes: 3,
        url: Some("https://example.com/".to_owned()),
    }
}

fn page(source_id: Option<Uuid>, reference: &str) -> NewDocument {
    NewDocument {
        origin: DocumentOrigin::Page,
        source_id,
        reference: Some(reference.to_owned()),
        content_hash: "the same words".to_owned(),
        ..super::document(DocumentId::new(&RandomIds, noon().now()))
    }
}

async fn served(tx: &TenantTx, id: DocumentId) -> Result<Option<i64>, StorageError> {
    let found = tx.documents().servable(&[id], noon().now()).await?;
    Ok(found.get(&id).copied())
}

async fn a_version_is_served_until_the_next_is_whole(
    database: &Database,
) -> Result<(), StorageError> {
    let now = noon().now();
    let Seed {
        tenant, document, ..
    } = seed(database, now).await?;
    let tx = database.tenant(tenant).await?;
    let documents = tx.documents();
    assert_eq!(served(&tx, document).await?, None);
    let later = now + TimeDelta::seconds(2);
    let stages = [DocumentState::Fetching, DocumentState::Embedding];
    for stage in stages {
        assert!(documents.advance(document, 1, stage, now).await?);
    }
    assert!(documents.note_progress(document, 1, 2, 4).await?);
    assert!(documents.complete(document, 1, 4, later).await?);
    assert_eq!(served(&tx, document).await?, Some(1));

    let next = documents.replace(document, content("نو"), later).await?;
    let next = next.ok_or_else(|| StorageError::Refused("no next version".to_owned()))?;
    assert_eq!((next.version, next.ready_version), (2, Some(1)));
    assert_eq!((next.state, next.passages), (DocumentState::Queued, 4));
    assert!(next.stages.is_empty());
    assert!(!documents.complete(document, 1, 9, later).await?, "old");
    assert_eq!(served(&tx, document).await?, Some(1));
    let failure = DocumentFailure {
        code: "empty_document".to_owned(),
        message: "add text".to_owned(),
    };
    assert!(documents.fail(document, 2, &failure, later).await?);
    assert_eq!(served(&tx, document).await?, Some(1), "the good one stays");
    documents.replace(document, content("نوتر"), later).await?;
    for stage in stages {
        assert!(documents.advance(document, 3, stage, now).await?);
    }
    assert!(documents.complete(document, 3, 1, later).await?);
    assert_eq!(served(&tx, document).await?, Some(3));
    let done = documents.get(document).await?;
    let times: Vec<_> = done
        .iter()
        .flat_map(|found| &found.stages)
        .map(|time| (time.stage, time.began_at, time.ended_at))
        .collect();
    assert_eq!(
        times,
        [
            (DocumentState::Fetching, now, Some(now)),
            (DocumentState::Embedding, now, Some(later)),
        ]
    );
    documents.remove(document, later).await?;
    assert_eq!(served(&tx, document).await?, None);
    assert_eq!(
        documents.replace(document, content("دیر"), now).await?,
        None
    );
    tx.commit().await
}

async fn validity_is_respected(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let seed = seed(database, now).await?;
    let tx = database.tenant(seed.tenant).await?;
    let (documents, id) = (tx.documents(), seed.document);
    documents.complete(id, 1, 1, now).await?;
    let (before, after) = (now - TimeDelta::days(1), now + TimeDelta::days(1));
    for (from, until, is_served) in [
        (None, None, true),
        (Some(before), Some(after), true),
        (Some(now), None, true),
        (Some(after), None, false),
        (None, Some(now), false),
    ] {
        assert!(documents.set_validity(id, from, until, now).await?);
        let found = served(&tx, id).await?;
        assert_eq!(found.is_some(), is_served, "{from:?} {until:?}");
    }
    tx.commit().await
}

async fn references_are_unique_in_their_source(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let seed = seed(database, now).await?;
    let shop = Some(Uuid::from_u128(7));
    let (one, other) = (page(shop, "/"), page(None, "/"));
    let tx = database.tenant(seed.tenant).await?;
    tx.documents().add(one.clone(), now).await?;
    tx.documents().add(other.clone(), now).await?;
    tx.commit().await?;
    for again in [page(shop, "/"), page(None, "/")] {
        let tx = database.tenant(seed.tenant).await?;
        let refused = tx.documents().add(again, now).await;
        assert!(matches!(refused, Err(StorageError::Duplicate(_))));
    }
    let tx = database.tenant(seed.tenant).await?;
    for (source, id) in [(shop, one.id), (None, other.id)] {
        let found = tx
            .documents()
            .find_by_reference(DocumentOrigin::Page, source, "/")
            .await?;
        assert_eq!(found.map(|found| found.id), Some(id));
    }
    let elsewhere = tx
        .documents()
        .find_by_reference(DocumentOrigin::Api, shop, "/")
        .await?;
    assert_eq!(elsewhere, None);
    let same_words = tx.documents().find_by_content("the same words").await?;
    assert_eq!(same_words, None, "pages may say the same");
    tx.documents().remove(one.id, now).await?;
    tx.documents().add(page(shop, "/"), now).await?;
    tx.commit().await
}

async fn documents_of_another_stay(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let (theirs, ours) = (seed(database, now).await?, seed(database, now).await?);
    let page = page(None, "/theirs");
    let tx = database.tenant(theirs.tenant).await?;
    tx.documents().add(page.clone(), now).await?;
    tx.documents().complete(theirs.document, 1, 1, now).await?;
    tx.commit().await?;
    let tx = database.tenant(ours.tenant).await?;
    let (documents, id) = (tx.documents(), theirs.document);
    assert!(documents.servable(&[id, page.id], now).await?.is_empty());
    assert_eq!(documents.replace(id, content("نو"), now).await?, None);
    assert!(!documents.set_validity(id, None, Some(now), now).await?);
    assert!(!documents.note_progress(id, 1, 1, 1).await?);
    let found = documents
        .find_by_reference(DocumentOrigin::Page, None, "/theirs")
        .await?;
    assert_eq!(found, None);
    documents.release(id, Uuid::from_u128(1)).await?;
    tx.commit().await?;
    let tx = database.read(theirs.tenant).await?;
    assert_eq!(served(&tx, id).await?, Some(1));
    Ok(())
}

async fn leases_are_exclusive(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let seed = seed(database, now).await?;
    let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let until = now + TimeDelta::seconds(10);
    let tx = database.tenant(seed.tenant).await?;
    assert!(
        tx.documents()
            .lease(seed.document, 1, first, now, until)
            .await?
    );
    assert!(
        !tx.documents()
            .lease(seed.document, 1, second, now, until)
            .await?
    );
    assert!(
        tx.documents()
            .lease(seed.document, 1, first, now, until)
            .await?
    );
    let later = until + TimeDelta::seconds(1);
    assert!(
        tx.documents()
            .lease(seed.document, 1, second, later, later)
            .await?
    );
    assert!(
        !tx.documents()
            .lease(seed.document, 2, second, later, later)
            .await?
    );
    tx.commit().await
}
