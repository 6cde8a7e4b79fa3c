//! Contract tests of the websites that knowledge comes from.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use xin_domain::{
    Clock, CrawlCause, DocumentId, DocumentOrigin, IdSource, PageState, RandomIds, WebsiteId,
    WebsiteMode, WebsiteState,
};

use super::{Seed, noon, seed};
use crate::tenant::{FoundPage, NewDocument, WebsitePage, WebsiteSettings};
use crate::{Database, PageRequest, StorageError};

pub(super) async fn suite(database: &Database) -> Result<(), StorageError> {
    a_run_is_queued_once_and_leased_once(database).await?;
    a_run_knows_what_is_left(database).await?;
    removing_leaves_nothing(database).await?;
    websites_of_another_stay(database).await
}

fn settings() -> WebsiteSettings {
    WebsiteSettings {
        mode: WebsiteMode::Crawl,
        include: vec!["/کتاب/*".to_owned()],
        exclude: Vec::new(),
        max_depth: 2,
        max_pages: 10,
        with_files: true,
        every_hours: Some(24),
    }
}

fn found(url: &str, depth: i32) -> FoundPage {
    FoundPage {
        id: RandomIds.next(noon().now()),
        url: url.to_owned(),
        depth,
        hops: 0,
    }
}

async fn website(
    database: &Database,
    seed: &Seed,
    now: DateTime<Utc>,
) -> Result<WebsiteId, StorageError> {
    let id = WebsiteId::new(&RandomIds, now);
    let tx = database.tenant(seed.tenant).await?;
    let added = tx
        .websites()
        .add(id, "https://example.com/", &settings(), now)
        .await?;
    assert_eq!((added.state, added.run), (WebsiteState::Queued, 1));
    assert_eq!(tx.websites().get(id).await?, Some(added));
    tx.commit().await?;
    Ok(id)
}

async fn a_run_is_queued_once_and_leased_once(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let seed = seed(database, now).await?;
    let id = website(database, &seed, now).await?;
    let tx = database.tenant(seed.tenant).await?;
    let again = WebsiteId::new(&RandomIds, now);
    let refused = tx
        .websites()
        .add(again, "https://example.com/", &settings(), now)
        .await;
    assert!(matches!(refused, Err(StorageError::Duplicate(_))));
    drop(tx);
    let tx = database.tenant(seed.tenant).await?;
    let websites = tx.websites();
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let until = now + TimeDelta::seconds(20);
    assert_eq!(websites.queue_run(id, now).await?, None, "one is due");
    assert!(websites.lease(id, 1, one, now, until).await?);
    assert!(!websites.lease(id, 1, other, now, until).await?);
    assert!(!websites.lease(id, 2, one, now, until).await?);
    let later = until + TimeDelta::seconds(1);
    assert!(websites.lease(id, 1, other, later, later).await?);
    websites.release(id, one).await?;
    assert!(!websites.lease(id, 1, one, now, until).await?);
    websites.release(id, other).await?;
    assert!(websites.lease(id, 1, one, now, until).await?);
    assert!(websites.begin_run(id, now).await?);
    assert!(!websites.begin_run(id, now).await?, "it has begun");
    let Some(mut website) = websites.get(id).await? else {
        return Err(StorageError::Refused("no website".to_owned()));
    };
    website.counts.found = 3;
    website.is_cut = true;
    website.seeded_run = 1;
    assert!(websites.note_progress(&website, now).await?);
    let cause = CrawlCause::new("unreachable", "see to it");
    let due = Some(now + TimeDelta::hours(1));
    assert!(websites.end_run(&website, Some(&cause), due, now).await?);
    let ended = websites.get(id).await?.map(|website| {
        let counts = website.counts.found;
        (website.state, website.failure, website.is_cut, counts)
    });
    assert_eq!(ended, Some((WebsiteState::Failed, Some(cause), true, 3)));
    tx.commit().await?;

    let is_due = async |at| -> Result<bool, StorageError> {
        let system = database.system_read().await?;
        let due = system.due_websites(at, 1000).await?;
        Ok(due.contains(&(seed.tenant, id)))
    };
    assert!(!is_due(now).await?);
    assert!(is_due(now + TimeDelta::hours(1)).await?);
    let tx = database.tenant(seed.tenant).await?;
    assert_eq!(tx.websites().queue_run(id, now).await?, Some(2));
    assert_eq!(tx.websites().queue_run(id, now).await?, None);
    tx.commit().await?;
    assert!(!is_due(now + TimeDelta::hours(1)).await?, "it is queued");
    Ok(())
}

async fn a_run_knows_what_is_left(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let seed = seed(database, now).await?;
    let id = website(database, &seed, now).await?;
    let tx = database.tenant(seed.tenant).await?;
    let pages = tx.websites().pages(id);
    let first = [found("https://example.com/", 0)];
    assert_eq!(pages.see(&first, 1, 3).await?, (1, false));
    assert_eq!(pages.see(&first, 1, 3).await?, (0, false), "once");
    let more: Vec<_> = ["a", "b", "c"]
        .map(|name| found(&format!("https://example.com/{name}"), 1))
        .into();
    assert_eq!(pages.see(&more, 1, 2).await?, (2, true), "no more room");
    assert_eq!(pages.count_seen(1).await?, 3);
    let mut order = Vec::new();
    while let Some(page) = pages.next(1).await? {
        order.push(page.depth);
        let checked = WebsitePage {
            state: PageState::Kept,
            checked_run: 1,
            content_hash: Some(page.url.clone()),
            document_id: Some(DocumentId::new(&RandomIds, now)),
            links: vec!["https://example.com/".to_owned()],
            checked_at: Some(now),
            ..page
        };
        pages.save(&checked).await?;
        assert_eq!(pages.find(&checked.url).await?, Some(checked));
    }
    assert_eq!(order, [0, 1, 1]);
    assert_eq!(pages.count_kept().await?, 3);
    let home = pages.find("https://example.com/").await?;
    let Some(home) = home else {
        return Err(StorageError::Refused("no page".to_owned()));
    };
    assert_eq!(pages.find_twin(home.id, &home.url).await?, None, "itself");
    let twin = pages.find_twin(Uuid::from_u128(1), &home.url).await?;
    assert_eq!(twin.map(|twin| twin.id), Some(home.id));

    // The next run sees one of them again.
    assert_eq!(pages.see(&first, 2, 10).await?, (1, false));
    let waiting = pages.next(2).await?;
    assert_eq!(waiting.map(|page| page.id), Some(home.id));
    pages.count_missing(2).await?;
    let missing: Vec<_> = pages.unseen(2).await?;
    assert_eq!(missing.len(), 2);
    for page in missing {
        assert_eq!(page.missing_runs, 1);
        pages.remove(page.id).await?;
    }
    let page = PageRequest {
        after: None,
        limit: 1,
    };
    let left = pages.list(page).await?;
    assert_eq!((left.items.len(), left.next), (1, None));
    tx.commit().await
}

async fn removing_leaves_nothing(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let seed = seed(database, now).await?;
    let id = website(database, &seed, now).await?;
    let tx = database.tenant(seed.tenant).await?;
    let page = NewDocument {
        origin: DocumentOrigin::Page,
        source_id: Some(id.uuid()),
        reference: Some("https://example.com/".to_owned()),
        ..super::document(DocumentId::new(&RandomIds, now))
    };
    let document = page.id;
    tx.documents().add(page, now).await?;
    let pages = tx.websites().pages(id);
    pages.see(&[found("https://example.com/", 0)], 1, 9).await?;
    assert_eq!(tx.websites().remove(id, now).await?, Some(vec![document]));
    assert_eq!(tx.websites().remove(id, now).await?, None);
    assert_eq!(tx.documents().get(document).await?, None);
    assert!(tx.documents().get(seed.document).await?.is_some());
    assert_eq!(pages.count_seen(1).await?, 0);
    tx.commit().await
}

async fn websites_of_another_stay(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let (theirs, ours) = (seed(database, now).await?, seed(database, now).await?);
    let id = website(database, &theirs, now).await?;
    let tx = database.tenant(theirs.tenant).await?;
    let home = found("https://example.com/", 0);
    let pages = tx.websites().pages(id);
    pages.see(std::slice::from_ref(&home), 1, 9).await?;
    let before = (tx.websites().get(id).await?, pages.find(&home.url).await?);
    tx.commit().await?;
    let (Some(website), Some(page)) = before.clone() else {
        return Err(StorageError::Refused("nothing there".to_owned()));
    };
    let tx = database.tenant(ours.tenant).await?;
    let websites = tx.websites();
    let pages = websites.pages(id);
    assert_eq!(websites.get(id).await?, None);
    assert_eq!(websites.count().await?, 0);
    assert!(!websites.configure(id, &settings(), None, now).await?);
    assert_eq!(websites.queue_run(id, now).await?, None);
    let worker = Uuid::from_u128(1);
    assert!(!websites.lease(id, 1, worker, now, now).await?);
    websites.release(id, worker).await?;
    assert!(!websites.begin_run(id, now).await?);
    assert!(!websites.note_progress(&website, now).await?);
    assert!(!websites.end_run(&website, None, None, now).await?);
    assert_eq!(websites.remove(id, now).await?, None);
    let request = PageRequest {
        after: None,
        limit: 10,
    };
    assert!(pages.list(request).await?.items.is_empty());
    assert_eq!(pages.find(&home.url).await?, None);
    assert_eq!(pages.next(1).await?, None);
    assert!(pages.unseen(9).await?.is_empty());
    let same = FoundPage {
        depth: 5,
        ..found(&home.url, 5)
    };
    pages.see(&[same], 7, 9).await?;
    pages
        .save(&WebsitePage {
            failures: 7,
            ..page
        })
        .await?;
    pages.count_missing(9).await?;
    pages.remove(home.id).await?;
    let request = PageRequest {
        after: None,
        limit: 10,
    };
    assert!(websites.list(request).await?.items.is_empty());
    tx.commit().await?;
    let tx = database.read(theirs.tenant).await?;
    let found = tx.websites().pages(id).find(&home.url).await?;
    assert_eq!((tx.websites().get(id).await?, found), before);
    Ok(())
}
