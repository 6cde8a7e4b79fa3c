//! Customers and what is said with them.

pub mod contact {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "contacts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub tenant_id: Uuid,
        pub channel_id: Uuid,
        pub external_id: String,
        pub display_name: Option<String>,
        pub language: Option<String>,
        pub unreachable_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl super::super::TenantOwned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

pub mod conversation {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "conversations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub tenant_id: Uuid,
        pub channel_id: Uuid,
        pub contact_id: Uuid,
        pub status: String,
        pub owner_kind: String,
        pub owner_user_id: Option<Uuid>,
        pub owner_epoch: i64,
        pub turn: i64,
        pub answered_turn: i64,
        pub last_position: i64,
        pub context_after: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl super::super::TenantOwned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

pub mod message {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "messages")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub tenant_id: Uuid,
        pub conversation_id: Uuid,
        pub channel_id: Uuid,
        pub position: i64,
        pub author: String,
        pub author_user_id: Option<Uuid>,
        #[sea_orm(column_type = "Text")]
        pub body: String,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub citations: Option<Json>,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub trace: Option<Json>,
        pub action: Option<String>,
        pub external_id: Option<String>,
        pub client_id: Option<String>,
        pub reply_turn: Option<i64>,
        pub delivery_state: Option<String>,
        pub delivery_error: Option<String>,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub provider_ids: Option<Json>,
        pub sent_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl super::super::TenantOwned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}
