//! Keys that tenants' own programs sign in with, as hashes.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    json_binary, pk_uuid, text, text_uniq, timestamp_with_time_zone, timestamp_with_time_zone_null,
    uuid,
};

use super::policies;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let keys = Table::create()
            .table("api_keys")
            .col(pk_uuid("id"))
            .col(uuid("tenant_id"))
            .col(text("name"))
            .col(text_uniq("hash"))
            .col(text("prefix"))
            .col(json_binary("scopes"))
            .col(uuid("created_by"))
            .col(timestamp_with_time_zone_null("last_used_at"))
            .col(timestamp_with_time_zone_null("revoked_at"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned();
        manager.create_table(keys).await?;
        let by_tenant = Index::create()
            .name("api_keys_by_tenant")
            .table("api_keys")
            .col("tenant_id")
            .to_owned();
        manager.create_index(by_tenant).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            policies::isolate(manager, "api_keys", "tenant_id").await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("api_keys").to_owned())
            .await
    }
}
