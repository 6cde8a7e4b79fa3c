//! Who may touch which rows in `PostgreSQL`: the database's own word on tenancy, below the code's.

use sea_orm_migration::prelude::*;

/// The role that reads and writes one tenant's rows at a time. It owns nothing.
pub const SERVICE_ROLE: &str = "xin_service";
/// The role of the relay, retention, routing and sign-in: rows of all tenants.
pub const SYSTEM_ROLE: &str = "xin_system";

/// Makes the two roles where they do not exist and lets the present user act as them. Roles belong
/// to the whole cluster, so two databases may be made at the same time: a loser of that race finds
/// the role there.
pub async fn make_roles(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .get_connection()
        .execute_unprepared(
            "DO $$
            DECLARE wanted text;
            BEGIN
              FOREACH wanted IN ARRAY ARRAY['xin_service', 'xin_system'] LOOP
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
                  BEGIN
                    EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
                  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
                  END;
                END IF;
                IF NOT pg_has_role(current_user, wanted, 'MEMBER') THEN
                  EXECUTE format('GRANT %I TO %I', wanted, current_user);
                END IF;
              END LOOP;
            END $$",
        )
        .await?;
    Ok(())
}

/// Locks a table whose rows belong to tenants: the service role sees the rows of the tenant set
/// for the transaction and no others, and none at all when none is set; `FORCE` holds the owner to
/// the policies too.
pub async fn isolate(
    manager: &SchemaManager<'_>,
    table: &str,
    tenant_column: &str,
) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let statements = [
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        "CREATE POLICY tenant_isolation ON {table} TO xin_service \
         USING ({column} = NULLIF(current_setting('xin.tenant_id', true), '')::uuid) \
         WITH CHECK ({column} = NULLIF(current_setting('xin.tenant_id', true), '')::uuid)",
        "CREATE POLICY system_access ON {table} TO xin_system USING (true) WITH CHECK (true)",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO xin_service, xin_system",
    ];
    for statement in statements {
        // Names of our own tables, written in the migration: nothing from outside.
        let sql = statement
            .replace("{table}", table)
            .replace("{column}", tenant_column);
        connection.execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Opens a table without tenants to the system role alone.
pub async fn system_only(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let sql =
        "GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO xin_system".replace("{table}", table);
    manager.get_connection().execute_unprepared(&sql).await?;
    Ok(())
}
