//! The spaces of vectors that a tenant's passages are in: one is served, another is built beside
//! it.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null,
};

use super::policies;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let spaces = Table::create()
            .table("vector_spaces")
            .col(uuid("tenant_id"))
            .col(text("space"))
            .col(integer("dimension"))
            .col(text("state"))
            .col(text_null("failure"))
            .col(uuid_null("last_document"))
            .col(uuid_null("lease_owner"))
            .col(timestamp_with_time_zone_null("lease_until"))
            .col(timestamp_with_time_zone("started_at"))
            .col(timestamp_with_time_zone_null("built_at"))
            .primary_key(Index::create().col("tenant_id").col("space"))
            .to_owned();
        manager.create_table(spaces).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            policies::isolate(manager, "vector_spaces", "tenant_id").await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop = Table::drop().table("vector_spaces").to_owned();
        manager.drop_table(drop).await
    }
}
