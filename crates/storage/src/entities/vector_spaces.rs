//! The spaces of vectors that passages are in.

pub mod vector_space {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "vector_spaces")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub space: String,
        pub dimension: i32,
        pub state: String,
        pub failure: Option<String>,
        pub last_document: Option<Uuid>,
        pub lease_owner: Option<Uuid>,
        pub lease_until: Option<DateTimeUtc>,
        pub started_at: DateTimeUtc,
        pub built_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl super::super::TenantOwned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}
