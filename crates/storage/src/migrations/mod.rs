//! How the database came to be what it is. Migrations expand first and contract in a later
//! release, so that the old program runs on the new tables.

mod m20261123_000001_spine;
mod m20261124_000001_documents;
mod m20261124_000002_passages;
mod m20261124_000003_products;
mod m20261124_000004_api_keys;
mod m20261124_000010_websites;
mod m20261124_000020_models;
mod m20261124_000030_answers;
mod m20261124_000040_calibrations;
mod m20261124_000050_vector_spaces;
mod policies;

use sea_orm_migration::prelude::*;

pub use policies::{SERVICE_ROLE, SYSTEM_ROLE};

/// All migrations, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_spine::Migration),
            Box::new(m20261124_000001_documents::Migration),
            Box::new(m20261124_000002_passages::Migration),
            Box::new(m20261124_000003_products::Migration),
            Box::new(m20261124_000004_api_keys::Migration),
            Box::new(m20261124_000010_websites::Migration),
            Box::new(m20261124_000020_models::Migration),
            Box::new(m20261124_000030_answers::Migration),
            Box::new(m20261124_000040_calibrations::Migration),
            Box::new(m20261124_000050_vector_spaces::Migration),
        ]
    }
}
