//! The spaces of vectors that the tenant's passages are in.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DbBackend, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::LockType,
};
use uuid::Uuid;
use xin_domain::DocumentId;

use super::TenantTx;
use crate::entities::accounts::tenant;
use crate::entities::vector_spaces::vector_space;
use crate::error::StorageError;
use crate::printable;

/// What a space is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SpaceState {
    /// It is being filled beside the one that is served.
    Building,
    /// It is searched.
    Serving,
    /// It could not be filled.
    Failed,
    /// It is to be removed.
    Retired,
}

impl SpaceState {
    const ALL: [Self; 4] = [Self::Building, Self::Serving, Self::Failed, Self::Retired];

    /// Its name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Serving => "serving",
            Self::Failed => "failed",
            Self::Retired => "retired",
        }
    }

    /// Whether new passages are put into it.
    #[must_use]
    pub const fn takes_passages(self) -> bool {
        match self {
            Self::Building | Self::Serving => true,
            Self::Failed | Self::Retired => false,
        }
    }
}

/// A space of vectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VectorSpace {
    /// Which embedder's vectors it holds; empty: none, it holds words alone.
    pub id: String,
    /// How many numbers each vector has; 0 without vectors.
    pub dimension: usize,
    /// What it is good for.
    pub state: SpaceState,
    /// What went wrong when it was last worked on.
    pub failure: Option<String>,
    /// All documents up to this one are in it.
    pub last_document: Option<DocumentId>,
    /// When the building began.
    pub started_at: DateTime<Utc>,
    /// Since when it is whole.
    pub built_at: Option<DateTime<Utc>>,
}

/// Reads and writes the spaces. A tenant without any has its passages indexed by words alone.
pub struct VectorSpaces<'a>(pub(super) &'a TenantTx);

impl VectorSpaces<'_> {
    /// Until this transaction ends nobody else who holds them changes the spaces of the tenant.
    pub async fn hold(&self) -> Result<(), StorageError> {
        // SQLite has one writer, and its transactions that write begin as such.
        if self.0.backend == DbBackend::Postgres {
            self.0
                .rows::<tenant::Entity>()
                .lock(LockType::NoKeyUpdate)
                .one(&self.0.transaction)
                .await?;
        }
        Ok(())
    }

    /// All of them.
    pub async fn all(&self) -> Result<Vec<VectorSpace>, StorageError> {
        let rows = self
            .0
            .rows::<vector_space::Entity>()
            .order_by_asc(vector_space::Column::Space)
            .all(&self.0.transaction)
            .await?;
        rows.into_iter().map(space_from).collect()
    }

    /// The one that is searched; nothing: words alone.
    pub async fn serving(&self) -> Result<Option<VectorSpace>, StorageError> {
        let row = self
            .0
            .rows::<vector_space::Entity>()
            .filter(vector_space::Column::State.eq(SpaceState::Serving.as_str()))
            .one(&self.0.transaction)
            .await?;
        row.map(space_from).transpose()
    }

    /// Takes or renews the right to change the spaces, which have to be held. False when another
    /// worker has it.
    pub async fn lease(
        &self,
        worker: Uuid,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let others = Condition::all()
            .add(vector_space::Column::LeaseOwner.is_not_null())
            .add(vector_space::Column::LeaseOwner.ne(worker))
            .add(vector_space::Column::LeaseUntil.gte(now));
        let taken = self
            .0
            .rows::<vector_space::Entity>()
            .filter(others)
            .one(&self.0.transaction)
            .await?;
        if taken.is_some() {
            return Ok(false);
        }
        let change = vector_space::ActiveModel {
            lease_owner: Set(Some(worker)),
            lease_until: Set(Some(until)),
            ..Default::default()
        };
        self.change_all(change, Condition::all()).await?;
        Ok(true)
    }

    /// Gives the right back.
    pub async fn release(&self, worker: Uuid) -> Result<(), StorageError> {
        let change = vector_space::ActiveModel {
            lease_owner: Set(None),
            lease_until: Set(None),
            ..Default::default()
        };
        let ours = Condition::all().add(vector_space::Column::LeaseOwner.eq(worker));
        self.change_all(change, ours).await
    }

    /// Adds a space, or begins it anew.
    pub async fn put(
        &self,
        id: &str,
        dimension: usize,
        state: SpaceState,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.remove(id).await?;
        let row = vector_space::ActiveModel {
            tenant_id: Set(self.0.id()),
            space: Set(id.to_owned()),
            dimension: Set(i32::try_from(dimension).unwrap_or(i32::MAX)),
            state: Set(state.as_str().to_owned()),
            failure: Set(None),
            last_document: Set(None),
            lease_owner: Set(None),
            lease_until: Set(None),
            started_at: Set(now),
            built_at: Set((state == SpaceState::Serving).then_some(now)),
        };
        vector_space::Entity::insert(row)
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(())
    }

    /// Notes that all documents up to this one are in a space that is being built.
    pub async fn note_progress(&self, id: &str, last: DocumentId) -> Result<(), StorageError> {
        let change = vector_space::ActiveModel {
            last_document: Set(Some(last.uuid())),
            failure: Set(None),
            ..Default::default()
        };
        self.change_all(change, Self::is(id)).await
    }

    /// Notes what went wrong with a space; the building goes on later unless the state says else.
    pub async fn note_failure(
        &self,
        id: &str,
        failure: &str,
        state: SpaceState,
    ) -> Result<(), StorageError> {
        let change = vector_space::ActiveModel {
            failure: Set(Some(printable::text(failure))),
            state: Set(state.as_str().to_owned()),
            ..Default::default()
        };
        self.change_all(change, Self::is(id)).await
    }

    /// The swap: this space is whole and searched from now on, and the one before is to be
    /// removed.
    pub async fn serve(&self, id: &str, now: DateTime<Utc>) -> Result<(), StorageError> {
        let before = Condition::all()
            .add(vector_space::Column::State.eq(SpaceState::Serving.as_str()))
            .add(vector_space::Column::Space.ne(id));
        let retired = vector_space::ActiveModel {
            state: Set(SpaceState::Retired.as_str().to_owned()),
            ..Default::default()
        };
        self.change_all(retired, before).await?;
        let serving = vector_space::ActiveModel {
            state: Set(SpaceState::Serving.as_str().to_owned()),
            failure: Set(None),
            built_at: Set(Some(now)),
            ..Default::default()
        };
        self.change_all(serving, Self::is(id)).await
    }

    /// Marks every space but these two as one to be removed.
    pub async fn retire_all_but(&self, kept: [&str; 2]) -> Result<(), StorageError> {
        let change = vector_space::ActiveModel {
            state: Set(SpaceState::Retired.as_str().to_owned()),
            ..Default::default()
        };
        let others = Condition::all().add(vector_space::Column::Space.is_not_in(kept));
        self.change_all(change, others).await
    }

    /// Forgets a space, after what was in it.
    pub async fn remove(&self, id: &str) -> Result<(), StorageError> {
        self.0
            .removal::<vector_space::Entity>()
            .filter(Self::is(id))
            .exec(&self.0.transaction)
            .await?;
        Ok(())
    }

    fn is(id: &str) -> Condition {
        Condition::all().add(vector_space::Column::Space.eq(id))
    }

    async fn change_all(
        &self,
        change: vector_space::ActiveModel,
        of: Condition,
    ) -> Result<(), StorageError> {
        self.0
            .change::<vector_space::Entity>()
            .set(change)
            .filter(of)
            .exec(&self.0.transaction)
            .await?;
        Ok(())
    }
}

fn space_from(row: vector_space::Model) -> Result<VectorSpace, StorageError> {
    let corrupt = |column| StorageError::Corrupt {
        table: "vector_spaces",
        column,
        row: format!("{} {}", row.tenant_id, row.space),
    };
    let state = SpaceState::ALL
        .into_iter()
        .find(|state| state.as_str() == row.state)
        .ok_or_else(|| corrupt("state"))?;
    let dimension = usize::try_from(row.dimension).map_err(|_range| corrupt("dimension"))?;
    Ok(VectorSpace {
        id: row.space,
        dimension,
        state,
        failure: row.failure,
        last_document: row.last_document.map(DocumentId::from_uuid),
        started_at: row.started_at,
        built_at: row.built_at,
    })
}
