//! What documents were cut into, question pairs, and further ways to ask.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, json_binary, pk_uuid, text, timestamp_with_time_zone, uuid,
};

use super::policies;

#[derive(DeriveMigrationName)]
pub struct Migration;

const TENANT_TABLES: [&str; 3] = ["chunks", "faqs", "phrasings"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        let indexes: [(&str, &str, &[&str], bool); 4] = [
            ("chunks_by_tenant", "chunks", &["tenant_id"], false),
            (
                "faqs_by_question",
                "faqs",
                &["tenant_id", "question_key"],
                true,
            ),
            (
                "phrasings_by_question",
                "phrasings",
                &["document_id", "question_key"],
                true,
            ),
            ("phrasings_by_tenant", "phrasings", &["tenant_id"], false),
        ];
        for (name, table, columns, is_unique) in indexes {
            let mut index = Index::create().name(name).table(table).to_owned();
            for column in columns {
                index.col(*column);
            }
            if is_unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
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

fn tables() -> [TableCreateStatement; 3] {
    [
        Table::create()
            .table("chunks")
            .col(uuid("document_id"))
            .col(big_integer("version"))
            .col(big_integer("ordinal"))
            .col(uuid("tenant_id"))
            .col(json_binary("heading_path"))
            .col(ColumnDef::new("page").big_integer().null().take())
            .col(text("language"))
            .col(text("text"))
            .col(text("original_hash"))
            .col(boolean("is_edited"))
            .col(boolean("is_disabled"))
            .col(big_integer("revision"))
            .primary_key(
                Index::create()
                    .col("document_id")
                    .col("version")
                    .col("ordinal"),
            )
            .to_owned(),
        Table::create()
            .table("faqs")
            .col(pk_uuid("document_id"))
            .col(uuid("tenant_id"))
            .col(text("question"))
            .col(text("answer"))
            .col(text("question_key"))
            .col(text("search_text"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .to_owned(),
        Table::create()
            .table("phrasings")
            .col(pk_uuid("id"))
            .col(uuid("tenant_id"))
            .col(uuid("document_id"))
            .col(big_integer("number"))
            .col(text("question"))
            .col(text("question_key"))
            .col(text("origin"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned(),
    ]
}
