//! The models a tenant chose, and what they were used for.

use chrono::NaiveDate;
use futures::future::try_join_all;
use xin_domain::Clock;

use super::{noon, seed};
use crate::tenant::{Budgets, Limits, Model, ModelSettings, ModelTask, Probed, UsageDay, Used};
use crate::{Database, StorageError};

pub(super) async fn suite(database: &Database) -> Result<(), StorageError> {
    a_chain_is_replaced_whole(database).await?;
    usage_adds_up(database).await?;
    budgets_are_kept(database).await
}

fn model(task: ModelTask, label: &str) -> Model {
    Model {
        task,
        label: label.to_owned(),
        base_url: "https://models.example/v1".to_owned(),
        model: "small".to_owned(),
        settings: ModelSettings {
            temperature: Some(0.5),
            price_in_per_million: Some(150_000),
            ..ModelSettings::default()
        },
        sealed_key: Some(vec![0, 1, 255]),
        probed: Some(Probed {
            dimension: Some(1024),
            languages: vec!["fa".to_owned()],
            structured: None,
            checked_at: Some(noon().now()),
        }),
        updated_at: noon().now(),
    }
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap_or_default()
}

async fn a_chain_is_replaced_whole(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let (ours, theirs) = (seed(database, now).await?, seed(database, now).await?);
    let chat = [
        model(ModelTask::Chat, "first"),
        Model {
            sealed_key: None,
            probed: None,
            ..model(ModelTask::Chat, "second")
        },
    ];
    let embed = [model(ModelTask::Embed, "vectors")];
    let tx = database.tenant(ours.tenant).await?;
    tx.models().replace(ModelTask::Chat, &chat, now).await?;
    tx.models().replace(ModelTask::Embed, &embed, now).await?;
    tx.commit().await?;
    let tx = database.tenant(ours.tenant).await?;
    assert_eq!(tx.models().all().await?, [chat.as_slice(), &embed].concat());
    let [first, second] = chat;
    let turned = [second, first];
    tx.models().replace(ModelTask::Chat, &turned, now).await?;
    tx.models().replace(ModelTask::Embed, &[], now).await?;
    assert_eq!(tx.models().all().await?, turned);
    tx.commit().await?;

    let tx = database.tenant(theirs.tenant).await?;
    assert_eq!(tx.models().all().await?, []);
    tx.models().replace(ModelTask::Chat, &[], now).await?;
    tx.commit().await?;
    let tx = database.read(ours.tenant).await?;
    assert_eq!(tx.models().all().await?, turned, "another's chain stays");
    Ok(())
}

async fn usage_adds_up(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let (ours, theirs) = (seed(database, now).await?, seed(database, now).await?);
    let used = Used {
        messages: 1,
        prompt_tokens: 10,
        completion_tokens: 3,
        cost_micros: 7,
    };
    let add = |tenant, on, model: &'static str| async move {
        let tx = database.tenant(tenant).await?;
        tx.usage().add(day(on), model, used).await?;
        tx.commit().await
    };
    try_join_all((0..8).map(|_| add(ours.tenant, 24, "small"))).await?;
    add(ours.tenant, 24, "large").await?;
    add(ours.tenant, 1, "small").await?;
    add(theirs.tenant, 24, "small").await?;
    let tx = database.read(ours.tenant).await?;
    let found = tx.usage().days(day(2)..=day(24)).await?;
    let eight = Used {
        messages: 8,
        prompt_tokens: 80,
        completion_tokens: 24,
        cost_micros: 56,
    };
    let expected = [("large", used), ("small", eight)].map(|(model, used)| UsageDay {
        day: day(24),
        model: model.to_owned(),
        used,
    });
    assert_eq!(found, expected);
    assert_eq!(tx.usage().days(day(1)..=day(24)).await?.len(), 3);
    Ok(())
}

async fn budgets_are_kept(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let (ours, theirs) = (seed(database, now).await?, seed(database, now).await?);
    let budgets = |messages| Budgets {
        day: Limits {
            messages: Some(messages),
            ..Limits::default()
        },
        month: Limits::default(),
    };
    let tx = database.tenant(ours.tenant).await?;
    assert_eq!(tx.usage().budgets().await?, Budgets::default());
    tx.usage().save_budgets(&budgets(5), now).await?;
    tx.usage().save_budgets(&budgets(6), now).await?;
    assert_eq!(tx.usage().budgets().await?, budgets(6));
    tx.commit().await?;
    let tx = database.read(theirs.tenant).await?;
    assert_eq!(tx.usage().budgets().await?, Budgets::default());
    Ok(())
}
