//! What retrieval learned of each tenant's knowledge, and whether the knowledge has changed since.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, binary_null, pk_uuid, timestamp_with_time_zone, timestamp_with_time_zone_null,
};

use super::policies;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let calibrations = Table::create()
            .table("calibrations")
            .col(pk_uuid("tenant_id"))
            .col(timestamp_with_time_zone("changed_at"))
            .col(timestamp_with_time_zone_null("computed_for"))
            .col(timestamp_with_time_zone("due_at"))
            .col(big_integer("version"))
            .col(binary_null("body"))
            .to_owned();
        manager.create_table(calibrations).await?;
        let connection = manager.get_connection();
        connection
            .execute_unprepared(
                "CREATE INDEX calibrations_due ON calibrations (due_at) \
                 WHERE computed_for IS NULL OR computed_for < changed_at",
            )
            .await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            policies::isolate(manager, "calibrations", "tenant_id").await?;
            connection
                .execute_unprepared(
                    "COMMENT ON TABLE calibrations IS 'how common the terms of a tenant are; made anew after its knowledge changes';
                     COMMENT ON COLUMN calibrations.computed_for IS 'the changed_at that the body covers';
                     COMMENT ON COLUMN calibrations.due_at IS 'not made anew before, so that changes are gathered';",
                )
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("calibrations").to_owned())
            .await
    }
}
