//! Sign-up, and finding who signs in.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use xin_domain::{Locale, Role, TenantId, UserId};

use super::SystemTx;
use crate::entities::accounts::{membership, tenant, user};
use crate::error::StorageError;
use crate::tenant::Tenant;

/// A person with their place in one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The person.
    pub user_id: UserId,
    /// Their address, lower case.
    pub email: String,
    /// Argon2id, in PHC form.
    pub password_hash: String,
    /// The tenant.
    pub tenant: Tenant,
    /// What they may do there.
    pub role: Role,
}

/// A business and its first person.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The tenant's id.
    pub tenant_id: TenantId,
    /// The person's id.
    pub user_id: UserId,
    /// Their address, lower case.
    pub email: String,
    /// Argon2id, in PHC form.
    pub password_hash: String,
    /// The business.
    pub business_name: String,
    /// Its language.
    pub locale: Locale,
}

impl SystemTx {
    /// Adds a tenant with its owner. [`StorageError::Duplicate`] when the address is taken.
    pub async fn add_account(
        &self,
        new: NewAccount,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        user::Entity::insert(user::ActiveModel {
            id: Set(new.user_id.uuid()),
            email: Set(new.email),
            password_hash: Set(new.password_hash),
            created_at: Set(now),
        })
        .exec_without_returning(&self.transaction)
        .await?;
        tenant::Entity::insert(tenant::ActiveModel {
            id: Set(new.tenant_id.uuid()),
            name: Set(new.business_name),
            locale: Set(new.locale.as_str().to_owned()),
            created_at: Set(now),
        })
        .exec_without_returning(&self.transaction)
        .await?;
        membership::Entity::insert(membership::ActiveModel {
            tenant_id: Set(new.tenant_id.uuid()),
            user_id: Set(new.user_id.uuid()),
            role: Set(Role::Owner.as_str().to_owned()),
            created_at: Set(now),
        })
        .exec_without_returning(&self.transaction)
        .await?;
        Ok(())
    }

    /// The account of an address (lower case), in the tenant the person joined first.
    pub async fn account_by_email(&self, email: &str) -> Result<Option<Account>, StorageError> {
        let person = user::Entity::find()
            .filter(user::Column::Email.eq(email))
            .one(&self.transaction)
            .await?;
        match person {
            Some(person) => self.account_of(person, None).await,
            None => Ok(None),
        }
    }

    /// The account of a person in a tenant.
    pub async fn account(
        &self,
        user: UserId,
        tenant: TenantId,
    ) -> Result<Option<Account>, StorageError> {
        match user::Entity::find_by_id(user.uuid())
            .one(&self.transaction)
            .await?
        {
            Some(person) => self.account_of(person, Some(tenant)).await,
            None => Ok(None),
        }
    }

    async fn account_of(
        &self,
        person: user::Model,
        tenant: Option<TenantId>,
    ) -> Result<Option<Account>, StorageError> {
        let mut places =
            membership::Entity::find().filter(membership::Column::UserId.eq(person.id));
        if let Some(tenant) = tenant {
            places = places.filter(membership::Column::TenantId.eq(tenant.uuid()));
        }
        let place = places
            .order_by_asc(membership::Column::CreatedAt)
            .one(&self.transaction)
            .await?;
        let Some(place) = place else { return Ok(None) };
        let tenant = tenant::Entity::find_by_id(place.tenant_id)
            .one(&self.transaction)
            .await?;
        let Some(tenant) = tenant else {
            return Ok(None);
        };
        let member = crate::tenant::member_from(&place)?;
        Ok(Some(Account {
            user_id: member.user_id,
            email: person.email,
            password_hash: person.password_hash,
            tenant: crate::tenant::tenant_from(tenant),
            role: member.role,
        }))
    }
}
