//! How the AI of a tenant works, in versions; the questions its knowledge does not answer; and
//! what is tried out in the playground.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, json_binary, json_binary_null, pk_uuid, text, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};

use super::policies;

#[derive(DeriveMigrationName)]
pub struct Migration;

const TENANT_TABLES: [&str; 3] = ["ai_configurations", "knowledge_gaps", "playground_runs"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        configurations(manager).await?;
        gaps(manager).await?;
        playground(manager).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            for table in TENANT_TABLES {
                policies::isolate(manager, table, "tenant_id").await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TENANT_TABLES {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

async fn configurations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("ai_configurations")
        .col(uuid("tenant_id"))
        .col(big_integer("version"))
        .col(text("state"))
        .col(json_binary("brand"))
        .col(json_binary("settings"))
        .col(uuid_null("author"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("published_at"))
        .primary_key(Index::create().col("tenant_id").col("version"))
        .to_owned();
    manager.create_table(table).await?;
    manager
        .get_connection()
        .execute_unprepared(
            "CREATE UNIQUE INDEX ai_configurations_one_draft ON ai_configurations (tenant_id) \
             WHERE state = 'draft'; \
             CREATE UNIQUE INDEX ai_configurations_one_published ON ai_configurations (tenant_id) \
             WHERE state = 'published';",
        )
        .await?;
    Ok(())
}

async fn gaps(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("knowledge_gaps")
        .col(pk_uuid("id"))
        .col(uuid("tenant_id"))
        .col(uuid("group_id"))
        .col(uuid("conversation_id"))
        .col(big_integer("turn"))
        .col(uuid("message_id"))
        .col(text("question"))
        .col(text("folded"))
        .col(text("language"))
        .col(text("reason"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("resolved_at"))
        .to_owned();
    manager.create_table(table).await?;
    let once = Index::create()
        .name("knowledge_gaps_once")
        .table("knowledge_gaps")
        .col("conversation_id")
        .col("turn")
        .unique()
        .to_owned();
    manager.create_index(once).await?;
    let by_group = Index::create()
        .name("knowledge_gaps_by_group")
        .table("knowledge_gaps")
        .col("tenant_id")
        .col("group_id")
        .to_owned();
    manager.create_index(by_group).await
}

async fn playground(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("playground_runs")
        .col(pk_uuid("id"))
        .col(uuid("tenant_id"))
        .col(json_binary("request"))
        .col(json_binary_null("outcome"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .to_owned();
    manager.create_table(table).await
}
