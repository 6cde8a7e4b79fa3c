//! Contract tests of what is on its way, and of sessions.

use chrono::TimeDelta;
use xin_domain::{Clock, IdSource, RandomIds};

use super::{envelope, noon, seed};
use crate::tenant::LiveEventKind;
use crate::{Database, StorageError};

pub(super) async fn suite(database: &Database) -> Result<(), StorageError> {
    news_is_in_order(database).await?;
    the_outbox_is_in_order(database).await?;
    refresh_tokens_are_used_once(database).await?;
    sign_in_is_limited(database).await
}

async fn news_is_in_order(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let seed = seed(database, now).await?;
    let tx = database.read(seed.tenant).await?;
    let begin = tx.live_events().latest().await?;
    drop(tx);
    for kind in [
        LiveEventKind::ConversationUpdated,
        LiveEventKind::DocumentUpdated(seed.document),
    ] {
        let tx = database.tenant(seed.tenant).await?;
        tx.live_events()
            .add(kind, Some(seed.conversation), now)
            .await?;
        tx.commit().await?;
    }
    // Other tests' transactions may hold the newest back for a moment.
    let mut kinds = Vec::new();
    let mut after = begin;
    for _ in 0..100 {
        let tx = database.read(seed.tenant).await?;
        for event in tx.live_events().list_after(after, 10).await? {
            after = event.position;
            kinds.push(event.kind.as_str());
        }
        drop(tx);
        if kinds.len() >= 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(kinds, ["conversation.updated", "document.updated"]);
    let resumed: crate::tenant::LivePosition = after.to_string().parse()?;
    assert_eq!(resumed, after);
    Ok(())
}

async fn the_outbox_is_in_order(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let seed = seed(database, now).await?;
    let wanted: Vec<_> = (0..3).map(|_| envelope(&seed, now)).collect();
    let tx = database.tenant(seed.tenant).await?;
    for message in &wanted {
        tx.outbox().add(message).await?;
    }
    tx.commit().await?;
    let system = database.system().await?;
    let rows = system.lock_outbox(1000).await?;
    let ours: Vec<_> = rows
        .iter()
        .filter(|row| {
            wanted
                .iter()
                .any(|message| message.message_id == row.envelope.message_id)
        })
        .collect();
    let envelopes: Vec<_> = ours.iter().map(|row| row.envelope.clone()).collect();
    assert_eq!(envelopes, wanted);
    let positions: Vec<_> = ours.iter().map(|row| row.position).collect();
    system.remove_from_outbox(&positions).await?;
    system.commit().await
}

async fn refresh_tokens_are_used_once(database: &Database) -> Result<(), StorageError> {
    use crate::system::{RefreshToken, Rotation};

    let now = noon().now();
    let seed = seed(database, now).await?;
    let token = |hash: &str| RefreshToken {
        token_hash: format!("{hash}-{}", seed.user),
        tenant_id: seed.tenant,
        user_id: seed.user,
        family_id: seed.user.uuid(),
        expires_at: now + TimeDelta::days(30),
    };
    let system = database.system().await?;
    system.add_refresh_token(&token("first"), now).await?;
    system.add_refresh_token(&token("second"), now).await?;
    let first = token("first");
    let used = system.use_refresh_token(&first.token_hash, now).await?;
    assert_eq!(used, Rotation::Used(first.clone()));
    let again = system.use_refresh_token(&first.token_hash, now).await?;
    assert_eq!(again, Rotation::Reused);
    let descendant = system
        .use_refresh_token(&token("second").token_hash, now)
        .await?;
    assert_eq!(descendant, Rotation::Unknown);
    system.commit().await
}

async fn sign_in_is_limited(database: &Database) -> Result<(), StorageError> {
    use crate::system::SignInLimit;

    let now = noon().now();
    let subject = RandomIds.next(now).to_string();
    let limit = SignInLimit {
        failures: 2,
        window: TimeDelta::minutes(15),
    };
    let system = database.system().await?;
    for _ in 0..2 {
        assert_eq!(
            system.sign_in_blocked_until(&subject, limit, now).await?,
            None
        );
        system.add_sign_in_failure(&subject, limit, now).await?;
    }
    assert!(
        system
            .sign_in_blocked_until(&subject, limit, now)
            .await?
            .is_some()
    );
    let later = now + TimeDelta::minutes(16);
    assert_eq!(
        system.sign_in_blocked_until(&subject, limit, later).await?,
        None
    );
    system.commit().await
}
