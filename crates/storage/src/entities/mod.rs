//! The tables as sea-orm sees them. Private: outside this crate there are only the records that
//! the repositories hand out.

pub mod accounts;
pub mod ai;
pub mod channels;
pub mod conversations;
pub mod knowledge;
pub mod models;
pub mod queue;
pub mod vector_spaces;
pub mod websites;

use sea_orm::{ColumnTrait, DeleteMany, EntityTrait, QueryFilter, Select, UpdateMany};
use uuid::Uuid;

/// A table whose rows belong to tenants: every query on it starts here, filtered by its tenant.
pub trait TenantOwned: EntityTrait {
    /// The column that names the tenant.
    const TENANT: Self::Column;

    /// The rows of one tenant.
    fn of(tenant: Uuid) -> Select<Self> {
        Self::find().filter(Self::TENANT.eq(tenant))
    }

    /// A change to rows of one tenant.
    fn change_of(tenant: Uuid) -> UpdateMany<Self> {
        Self::update_many().filter(Self::TENANT.eq(tenant))
    }

    /// A removal of rows of one tenant.
    fn removal_of(tenant: Uuid) -> DeleteMany<Self> {
        Self::delete_many().filter(Self::TENANT.eq(tenant))
    }
}
