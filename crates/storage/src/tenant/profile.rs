//! The tenant itself and its people.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, QueryFilter};
use xin_domain::{Locale, Role, TenantId, UserId};

use super::TenantTx;
use crate::entities::accounts::{membership, tenant};
use crate::error::StorageError;

/// A business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// The language of its people, and of texts to customers whose language is not known.
    pub locale: Locale,
    /// When it signed up.
    pub created_at: DateTime<Utc>,
}

/// A person's place in a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub user_id: UserId,
    /// What they may do.
    pub role: Role,
}

/// Reads the tenant and its people.
pub struct Profile<'a>(pub(super) &'a TenantTx);

impl Profile<'_> {
    /// The tenant, unless it is gone.
    pub async fn get(&self) -> Result<Option<Tenant>, StorageError> {
        let row = self
            .0
            .rows::<tenant::Entity>()
            .one(&self.0.transaction)
            .await?;
        Ok(row.map(tenant_from))
    }

    /// A person's place in the tenant.
    pub async fn member(&self, user: UserId) -> Result<Option<Member>, StorageError> {
        let row = self
            .0
            .rows::<membership::Entity>()
            .filter(membership::Column::UserId.eq(user.uuid()))
            .one(&self.0.transaction)
            .await?;
        row.as_ref().map(member_from).transpose()
    }
}

pub(crate) fn tenant_from(row: tenant::Model) -> Tenant {
    Tenant {
        id: TenantId::from_uuid(row.id),
        name: row.name,
        locale: Locale::from_code(&row.locale).unwrap_or_default(),
        created_at: row.created_at,
    }
}

pub(crate) fn member_from(row: &membership::Model) -> Result<Member, StorageError> {
    let role = Role::from_name(&row.role).ok_or_else(|| StorageError::Corrupt {
        table: "memberships",
        column: "role",
        row: row.user_id.to_string(),
    })?;
    Ok(Member {
        user_id: UserId::from_uuid(row.user_id),
        role,
    })
}
