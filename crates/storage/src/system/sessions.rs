//! Refresh tokens, and how often somebody may fail to sign in.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;
use xin_domain::{TenantId, UserId};

use super::SystemTx;
use crate::entities::accounts::{refresh_token, sign_in_attempt};
use crate::error::StorageError;

/// A refresh token as we keep it: its hash, never itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// SHA-256 of the token, in hexadecimal.
    pub token_hash: String,
    /// The session's tenant.
    pub tenant_id: TenantId,
    /// The session's person.
    pub user_id: UserId,
    /// All tokens that descend from one sign-in.
    pub family_id: Uuid,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// What became of a token that somebody presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// It was good, and is used up now.
    Used(RefreshToken),
    /// It was used before: somebody has a copy, so its whole family is ended.
    Reused,
    /// It is unknown or over.
    Unknown,
}

/// How often one may fail within a time.
#[derive(Clone, Copy, Debug)]
pub struct SignInLimit {
    /// How many failures are let through.
    pub failures: i64,
    /// Within what time.
    pub window: TimeDelta,
}

impl SystemTx {
    /// Keeps a new refresh token.
    pub async fn add_refresh_token(
        &self,
        token: &RefreshToken,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        refresh_token::Entity::insert(refresh_token::ActiveModel {
            token_hash: Set(token.token_hash.clone()),
            tenant_id: Set(token.tenant_id.uuid()),
            user_id: Set(token.user_id.uuid()),
            family_id: Set(token.family_id),
            expires_at: Set(token.expires_at),
            used_at: Set(None),
            created_at: Set(now),
        })
        .exec_without_returning(&self.transaction)
        .await?;
        Ok(())
    }

    /// Uses up a refresh token. Reuse ends the whole family.
    pub async fn use_refresh_token(
        &self,
        token_hash: &str,
        now: DateTime<Utc>,
    ) -> Result<Rotation, StorageError> {
        let row = refresh_token::Entity::find_by_id(token_hash)
            .lock_exclusive()
            .one(&self.transaction)
            .await?;
        let Some(row) = row else {
            return Ok(Rotation::Unknown);
        };
        if row.used_at.is_some() {
            self.end_family(row.family_id).await?;
            return Ok(Rotation::Reused);
        }
        if row.expires_at <= now {
            return Ok(Rotation::Unknown);
        }
        refresh_token::Entity::update_many()
            .set(refresh_token::ActiveModel {
                used_at: Set(Some(now)),
                ..Default::default()
            })
            .filter(refresh_token::Column::TokenHash.eq(token_hash))
            .exec(&self.transaction)
            .await?;
        Ok(Rotation::Used(RefreshToken {
            token_hash: row.token_hash,
            tenant_id: TenantId::from_uuid(row.tenant_id),
            user_id: UserId::from_uuid(row.user_id),
            family_id: row.family_id,
            expires_at: row.expires_at,
        }))
    }

    /// Ends the session that a token belongs to.
    pub async fn end_session(&self, token_hash: &str) -> Result<(), StorageError> {
        let row = refresh_token::Entity::find_by_id(token_hash)
            .one(&self.transaction)
            .await?;
        if let Some(row) = row {
            self.end_family(row.family_id).await?;
        }
        Ok(())
    }

    async fn end_family(&self, family: Uuid) -> Result<(), StorageError> {
        refresh_token::Entity::delete_many()
            .filter(refresh_token::Column::FamilyId.eq(family))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// When `subject` may try to sign in again; nothing when it may now.
    pub async fn sign_in_blocked_until(
        &self,
        subject: &str,
        limit: SignInLimit,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StorageError> {
        let row = sign_in_attempt::Entity::find_by_id(subject)
            .one(&self.transaction)
            .await?;
        Ok(row
            .filter(|row| row.failures >= limit.failures)
            .map(|row| row.window_started_at + limit.window)
            .filter(|until| *until > now))
    }

    /// Counts a failure to sign in.
    pub async fn add_sign_in_failure(
        &self,
        subject: &str,
        limit: SignInLimit,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        sign_in_attempt::Entity::delete_many()
            .filter(sign_in_attempt::Column::Subject.eq(subject))
            .filter(sign_in_attempt::Column::WindowStartedAt.lte(now - limit.window))
            .exec(&self.transaction)
            .await?;
        let row = sign_in_attempt::ActiveModel {
            subject: Set(subject.to_owned()),
            failures: Set(1),
            window_started_at: Set(now),
        };
        let failures = (sign_in_attempt::Entity, sign_in_attempt::Column::Failures);
        sign_in_attempt::Entity::insert(row)
            .on_conflict(
                OnConflict::column(sign_in_attempt::Column::Subject)
                    .value(
                        sign_in_attempt::Column::Failures,
                        Expr::col(failures).add(1),
                    )
                    .to_owned(),
            )
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(())
    }

    /// Forgets the failures of `subject`, who signed in.
    pub async fn clear_sign_in_failures(&self, subject: &str) -> Result<(), StorageError> {
        sign_in_attempt::Entity::delete_many()
            .filter(sign_in_attempt::Column::Subject.eq(subject))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }
}
