//! The first tables: accounts, channels, knowledge, conversations, and what is on its way.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, binary, binary_null, integer, json_binary, json_binary_null, pk_uuid, text,
    text_null, text_uniq, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

use super::policies;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Tables whose rows belong to tenants, with the column that says to which.
const TENANT_TABLES: [(&str, &str); 12] = [
    ("tenants", "id"),
    ("memberships", "tenant_id"),
    ("refresh_tokens", "tenant_id"),
    ("channels", "tenant_id"),
    ("brands", "tenant_id"),
    ("documents", "tenant_id"),
    ("contacts", "tenant_id"),
    ("conversations", "tenant_id"),
    ("messages", "tenant_id"),
    ("outbox", "tenant_id"),
    ("dead_letters", "tenant_id"),
    ("live_events", "tenant_id"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        accounts(manager).await?;
        channels(manager).await?;
        knowledge(manager).await?;
        conversations(manager).await?;
        messages(manager).await?;
        queues(manager).await?;
        live_events(manager).await?;
        indexes(manager).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            policies::make_roles(manager).await?;
            for (table, column) in TENANT_TABLES {
                policies::isolate(manager, table, column).await?;
            }
            for table in ["users", "sign_in_attempts"] {
                policies::system_only(manager, table).await?;
            }
            comments(manager).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["users", "sign_in_attempts"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        for (table, _) in TENANT_TABLES.iter().rev() {
            manager
                .drop_table(Table::drop().table(*table).to_owned())
                .await?;
        }
        Ok(())
    }
}

async fn accounts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let tables = [
        Table::create()
            .table("tenants")
            .col(pk_uuid("id"))
            .col(text("name"))
            .col(text("locale"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned(),
        Table::create()
            .table("users")
            .col(pk_uuid("id"))
            .col(text_uniq("email"))
            .col(text("password_hash"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned(),
        Table::create()
            .table("memberships")
            .col(uuid("tenant_id"))
            .col(uuid("user_id"))
            .col(text("role"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("tenant_id").col("user_id"))
            .to_owned(),
        Table::create()
            .table("refresh_tokens")
            .col(text("token_hash").primary_key())
            .col(uuid("tenant_id"))
            .col(uuid("user_id"))
            .col(uuid("family_id"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("used_at"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned(),
        Table::create()
            .table("sign_in_attempts")
            .col(text("subject").primary_key())
            .col(big_integer("failures"))
            .col(timestamp_with_time_zone("window_started_at"))
            .to_owned(),
    ];
    for table in tables {
        manager.create_table(table).await?;
    }
    Ok(())
}

async fn channels(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let channels = Table::create()
        .table("channels")
        .col(pk_uuid("id"))
        .col(uuid("tenant_id"))
        .col(text_uniq("public_id"))
        .col(text("kind"))
        .col(text("name"))
        .col(text("state"))
        .col(text_null("detail"))
        .col(text_null("platform_account"))
        .col(json_binary("settings"))
        .col(binary_null("sealed_secrets"))
        .col(big_integer("poll_offset"))
        .col(timestamp_with_time_zone_null("poll_lease_until"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .to_owned();
    manager.create_table(channels).await?;
    let brands = Table::create()
        .table("brands")
        .col(pk_uuid("tenant_id"))
        .col(json_binary("voice"))
        .col(timestamp_with_time_zone("updated_at"))
        .to_owned();
    manager.create_table(brands).await
}

async fn knowledge(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let documents = Table::create()
        .table("documents")
        .col(pk_uuid("id"))
        .col(uuid("tenant_id"))
        .col(text("title"))
        .col(text("kind"))
        .col(text("state"))
        .col(text_null("failure_code"))
        .col(text_null("failure_message"))
        .col(text_null("file_name"))
        .col(text("content_hash"))
        .col(big_integer("bytes"))
        .col(big_integer("version"))
        .col(big_integer("passages"))
        .col(uuid_null("lease_owner"))
        .col(timestamp_with_time_zone_null("lease_until"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .to_owned();
    manager.create_table(documents).await
}

async fn conversations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let contacts = Table::create()
        .table("contacts")
        .col(pk_uuid("id"))
        .col(uuid("tenant_id"))
        .col(uuid("channel_id"))
        .col(text("external_id"))
        .col(text_null("display_name"))
        .col(text_null("language"))
        .col(timestamp_with_time_zone_null("unreachable_at"))
        .col(timestamp_with_time_zone("created_at"))
        .to_owned();
    manager.create_table(contacts).await?;
    let conversations = Table::create()
        .table("conversations")
        .col(pk_uuid("id"))
        .col(uuid("tenant_id"))
        .col(uuid("channel_id"))
        .col(uuid("contact_id"))
        .col(text("status"))
        .col(text("owner_kind"))
        .col(uuid_null("owner_user_id"))
        .col(big_integer("owner_epoch"))
        .col(big_integer("turn"))
        .col(big_integer("answered_turn"))
        .col(big_integer("last_position"))
        .col(big_integer("context_after"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .to_owned();
    manager.create_table(conversations).await
}

async fn messages(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let messages = Table::create()
        .table("messages")
        .col(pk_uuid("id"))
        .col(uuid("tenant_id"))
        .col(uuid("conversation_id"))
        .col(uuid("channel_id"))
        .col(big_integer("position"))
        .col(text("author"))
        .col(uuid_null("author_user_id"))
        .col(text("body"))
        .col(json_binary_null("citations"))
        .col(json_binary_null("trace"))
        .col(text_null("action"))
        .col(text_null("external_id"))
        .col(text_null("client_id"))
        .col(ColumnDef::new("reply_turn").big_integer().null().to_owned())
        .col(text_null("delivery_state"))
        .col(text_null("delivery_error"))
        .col(json_binary_null("provider_ids"))
        .col(timestamp_with_time_zone_null("sent_at"))
        .col(timestamp_with_time_zone("created_at"))
        .to_owned();
    manager.create_table(messages).await
}

/// The outbox and the dead letters share their columns.
async fn queues(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let outbox = Table::create()
        .table("outbox")
        .col(
            ColumnDef::new("position")
                .big_integer()
                .not_null()
                .auto_increment()
                .primary_key()
                .to_owned(),
        )
        .col(uuid("tenant_id"))
        .col(uuid("message_id"))
        .col(text("routing_key"))
        .col(text("ordering_key"))
        .col(integer("attempt"))
        .col(text_null("trace_parent"))
        .col(binary("payload"))
        .col(timestamp_with_time_zone("occurred_at"))
        .col(timestamp_with_time_zone("available_at"))
        .to_owned();
    manager.create_table(outbox).await?;
    let dead_letters = Table::create()
        .table("dead_letters")
        .col(pk_uuid("message_id"))
        .col(uuid("tenant_id"))
        .col(text("routing_key"))
        .col(text("ordering_key"))
        .col(integer("attempt"))
        .col(text_null("trace_parent"))
        .col(binary("payload"))
        .col(text("error"))
        .col(timestamp_with_time_zone("occurred_at"))
        .col(timestamp_with_time_zone("failed_at"))
        .to_owned();
    manager.create_table(dead_letters).await
}

async fn live_events(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let live_events = Table::create()
        .table("live_events")
        .col(
            ColumnDef::new("position")
                .big_integer()
                .not_null()
                .auto_increment()
                .primary_key()
                .to_owned(),
        )
        .col(uuid("tenant_id"))
        .col(text("kind"))
        .col(uuid_null("conversation_id"))
        .col(uuid_null("subject_id"))
        .col(timestamp_with_time_zone("created_at"))
        .to_owned();
    manager.create_table(live_events).await?;
    if manager.get_database_backend() == DbBackend::Postgres {
        // Positions are taken before the commit, so a later position can become visible first.
        // Readers therefore order by transaction and stop before the oldest one still running.
        manager
            .get_connection()
            .execute_unprepared(
                "ALTER TABLE live_events ADD COLUMN transaction bigint NOT NULL \
                 DEFAULT (pg_current_xact_id()::text::bigint); \
                 GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO PUBLIC;",
            )
            .await?;
    }
    Ok(())
}

async fn indexes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let unique: [(&str, &str, &[&str]); 6] = [
        (
            "contacts_identity",
            "contacts",
            &["channel_id", "external_id"],
        ),
        (
            "conversations_thread",
            "conversations",
            &["channel_id", "contact_id"],
        ),
        (
            "messages_order",
            "messages",
            &["conversation_id", "position"],
        ),
        ("messages_once", "messages", &["channel_id", "external_id"]),
        (
            "messages_one_reply_per_turn",
            "messages",
            &["conversation_id", "reply_turn"],
        ),
        (
            "refresh_tokens_family",
            "refresh_tokens",
            &["family_id", "token_hash"],
        ),
    ];
    let plain: [(&str, &str, &[&str]); 6] = [
        ("channels_by_tenant", "channels", &["tenant_id", "id"]),
        ("documents_by_tenant", "documents", &["tenant_id", "id"]),
        (
            "conversations_by_activity",
            "conversations",
            &["tenant_id", "updated_at", "id"],
        ),
        ("memberships_by_user", "memberships", &["user_id"]),
        ("outbox_due", "outbox", &["available_at", "position"]),
        (
            "live_events_by_tenant",
            "live_events",
            &["tenant_id", "position"],
        ),
    ];
    for (is_unique, indexes) in [(true, unique.as_slice()), (false, plain.as_slice())] {
        for (name, table, columns) in indexes {
            let mut index = Index::create().name(*name).table(*table).to_owned();
            for column in *columns {
                index.col(*column);
            }
            if is_unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
    }
    // Unique among the living: two requests at the same instant cannot both win.
    manager
        .get_connection()
        .execute_unprepared(
            "CREATE UNIQUE INDEX documents_by_content ON documents (tenant_id, content_hash) \
             WHERE deleted_at IS NULL AND state <> 'failed'; \
             CREATE UNIQUE INDEX channels_by_account ON channels (kind, platform_account) \
             WHERE deleted_at IS NULL AND state = 'active'; \
             CREATE INDEX messages_undelivered ON messages (conversation_id, position) \
             WHERE delivery_state IN ('pending', 'sending');",
        )
        .await?;
    Ok(())
}

async fn comments(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .get_connection()
        .execute_unprepared(
            "COMMENT ON TABLE outbox IS 'messages written with the change they tell of; the relay publishes and deletes them';
             COMMENT ON TABLE dead_letters IS 'messages no handler could take; kept until an operator replays or drops them';
             COMMENT ON TABLE live_events IS 'news for screens; kept for a day, so that a client can resume';
             COMMENT ON COLUMN conversations.owner_epoch IS 'grows at every change of owner; half of the fencing token';
             COMMENT ON COLUMN conversations.turn IS 'grows at every customer message; the other half';
             COMMENT ON COLUMN messages.reply_turn IS 'the turn an AI reply answers; unique, so a turn has one reply at the most';
             COMMENT ON COLUMN channels.sealed_secrets IS 'tokens, encrypted by the application; never read by the API';",
        )
        .await?;
    Ok(())
}
