//! The models that tenants choose, what they were used for, and budgets.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, binary_null, date, integer, json_binary, json_binary_null, pk_uuid, text,
    timestamp_with_time_zone, uuid,
};

use super::policies;

#[derive(DeriveMigrationName)]
pub struct Migration;

const TENANT_TABLES: [&str; 3] = ["models", "usage_days", "ai_budgets"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let models = Table::create()
            .table("models")
            .col(uuid("tenant_id"))
            .col(text("task"))
            .col(integer("ordinal"))
            .col(text("label"))
            .col(text("base_url"))
            .col(text("model"))
            .col(json_binary("settings"))
            .col(binary_null("sealed_key"))
            .col(json_binary_null("probed"))
            .col(timestamp_with_time_zone("updated_at"))
            .primary_key(Index::create().col("tenant_id").col("task").col("ordinal"))
            .to_owned();
        let usage_days = Table::create()
            .table("usage_days")
            .col(uuid("tenant_id"))
            .col(date("day"))
            .col(text("model"))
            .col(big_integer("messages"))
            .col(big_integer("prompt_tokens"))
            .col(big_integer("completion_tokens"))
            .col(big_integer("cost_micros"))
            .primary_key(Index::create().col("tenant_id").col("day").col("model"))
            .to_owned();
        let budgets = Table::create()
            .table("ai_budgets")
            .col(pk_uuid("tenant_id"))
            .col(json_binary("budgets"))
            .col(timestamp_with_time_zone("updated_at"))
            .to_owned();
        for table in [models, usage_days, budgets] {
            manager.create_table(table).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            for table in TENANT_TABLES {
                policies::isolate(manager, table, "tenant_id").await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TENANT_TABLES.iter().rev() {
            manager
                .drop_table(Table::drop().table(*table).to_owned())
                .await?;
        }
        Ok(())
    }
}
