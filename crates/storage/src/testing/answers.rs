//! Contract tests of what belongs to the AI's answers: settings, gaps, trials.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use xin_domain::{
    AiSettings, Brand, Clock, GapGroupId, GapReason, IdSource, MessageId, PlaygroundRunId,
    RandomIds,
};

use super::{Seed, noon, seed};
use crate::tenant::{ConfigurationState, Gap};
use crate::{Database, PageRequest, StorageError};

const FIRST_TEN: PageRequest<i64> = PageRequest {
    after: None,
    limit: 10,
};

fn named(name: &str) -> Brand {
    Brand {
        assistant_name: name.to_owned(),
        ..Brand::default()
    }
}

fn gap(seed: &Seed, group: GapGroupId, turn: i64, now: DateTime<Utc>) -> Gap {
    Gap {
        id: RandomIds.next(now),
        group,
        conversation: seed.conversation,
        turn,
        message: MessageId::new(&RandomIds, now),
        question: format!("پرسش {turn}"),
        folded: format!("پرسش {turn}"),
        language: "fa".to_owned(),
        reason: GapReason::Unknown,
        created_at: now,
    }
}

pub(super) async fn versions_follow_each_other(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let ours = seed(database, now).await?;
    let tx = database.tenant(ours.tenant).await?;
    let versions = tx.configurations();
    assert_eq!(versions.settings().await?, AiSettings::default());
    assert!(!versions.publish_draft(now).await?);
    let settings = AiSettings {
        answer_threshold: Some(0.7),
        ..AiSettings::default()
    };
    for name in ["سارا", "نگار"] {
        versions
            .save_draft(&named(name), &settings, ours.user, now)
            .await?;
    }
    assert_eq!(versions.draft().await?.map(|draft| draft.version), Some(1));
    assert!(versions.publish_draft(now).await?);
    assert_eq!(tx.brand().get().await?, named("نگار"));
    assert_eq!(versions.settings().await?, settings);
    versions
        .publish(&named("سارا"), &AiSettings::default(), ours.user, now)
        .await?;
    let all = versions.list(FIRST_TEN).await?.items;
    let states: Vec<_> = all
        .iter()
        .map(|version| (version.version, version.state))
        .collect();
    let wanted = [
        (2, ConfigurationState::Published),
        (1, ConfigurationState::Superseded),
    ];
    assert_eq!(states, wanted);
    assert_eq!(tx.brand().get().await?, named("سارا"));
    tx.commit().await
}

pub(super) async fn gaps_are_kept_once_and_in_groups(
    database: &Database,
) -> Result<(), StorageError> {
    let now = noon().now();
    let ours = seed(database, now).await?;
    let (first, second) = (
        GapGroupId::new(&RandomIds, now),
        GapGroupId::new(&RandomIds, now + TimeDelta::seconds(1)),
    );
    let tx = database.tenant(ours.tenant).await?;
    assert!(tx.gaps().add_once(&gap(&ours, first, 1, now)).await?);
    assert!(!tx.gaps().add_once(&gap(&ours, second, 1, now)).await?);
    let later = now + TimeDelta::seconds(5);
    assert!(tx.gaps().add_once(&gap(&ours, second, 2, later)).await?);
    assert!(tx.gaps().add_once(&gap(&ours, first, 3, later)).await?);
    tx.commit().await?;
    let tx = database.tenant(ours.tenant).await?;
    let page = |after| PageRequest { after, limit: 1 };
    let newest = tx.gaps().groups(page(None)).await?;
    assert_eq!(newest.items.first().map(|group| group.id), Some(second));
    let after = newest.next.and_then(|next| next.parse().ok());
    let oldest = tx.gaps().groups(page(after)).await?;
    let oldest = oldest
        .items
        .first()
        .map(|group| (group.id, group.count, group.last_seen, group.examples.len()));
    assert_eq!(oldest, Some((first, 2, later, 2)));
    let open = tx.gaps().open_since(later, 10).await?;
    assert_eq!(open.len(), 2);
    assert_eq!(tx.gaps().resolve(first, now).await?, 2);
    assert_eq!(tx.gaps().resolve(first, now).await?, 0);
    assert_eq!(tx.gaps().newest(first).await?, None);
    assert_eq!(tx.gaps().groups(page(None)).await?.items.len(), 1);
    tx.commit().await
}

pub(super) async fn answers_of_another_are_not_seen(
    database: &Database,
) -> Result<(), StorageError> {
    let now = noon().now();
    let (theirs, ours) = (seed(database, now).await?, seed(database, now).await?);
    let (group, run) = (
        GapGroupId::new(&RandomIds, now),
        PlaygroundRunId::new(&RandomIds, now),
    );
    let tx = database.tenant(theirs.tenant).await?;
    tx.gaps().add_once(&gap(&theirs, group, 1, now)).await?;
    tx.playground()
        .add(run, json!({"question": "؟"}), now)
        .await?;
    tx.configurations()
        .publish(&named("سارا"), &AiSettings::default(), theirs.user, now)
        .await?;
    tx.commit().await?;

    let tx = database.tenant(ours.tenant).await?;
    assert_eq!(tx.configurations().get(1).await?, None);
    assert_eq!(tx.configurations().list(FIRST_TEN).await?.items, []);
    assert_eq!(tx.gaps().newest(group).await?, None);
    assert_eq!(tx.gaps().open_since(now, 10).await?, []);
    assert_eq!(tx.gaps().resolve(group, now).await?, 0);
    assert_eq!(tx.playground().get(run).await?, None);
    tx.playground()
        .finish(run, json!({"leak": true}), now)
        .await?;
    tx.commit().await?;

    let tx = database.tenant(theirs.tenant).await?;
    let waiting = tx.playground().get(run).await?;
    assert_eq!(waiting.and_then(|run| run.outcome), None);
    for outcome in ["first", "second"] {
        tx.playground().finish(run, json!(outcome), now).await?;
    }
    let done = tx.playground().get(run).await?;
    assert_eq!(done.and_then(|run| run.outcome), Some(json!("first")));
    assert!(tx.gaps().newest(group).await?.is_some());
    Ok(())
}
