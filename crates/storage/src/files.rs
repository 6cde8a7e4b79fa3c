//! Where the bytes of documents are kept: a folder per tenant.

use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use xin_domain::{DocumentId, TenantId};

use crate::error::StorageError;

/// The file store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
}

impl Files {
    /// Opens the store of a `file:…` address: a local folder, made when it is not there.
    pub fn open(url: &str) -> Result<Self, StorageError> {
        let Some(folder) = url.strip_prefix("file:") else {
            return Err(StorageError::Address(
                "FILES_URL must be file: and a folder, for instance file:.xin/files".to_owned(),
            ));
        };
        let folder = folder.strip_prefix("//").unwrap_or(folder);
        std::fs::create_dir_all(folder).map_err(|error| {
            StorageError::Unavailable(format!("cannot make the folder {folder}: {error}"))
        })?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self {
            store: Arc::new(store),
        })
    }

    /// The files of one tenant.
    #[must_use]
    pub fn tenant(&self, tenant: TenantId) -> TenantFiles {
        TenantFiles {
            store: Arc::clone(&self.store),
            tenant,
        }
    }

    /// Asks the store for a sign of life.
    pub async fn check(&self) -> Result<(), StorageError> {
        self.store
            .list_with_delimiter(Some(&Path::from("health")))
            .await?;
        Ok(())
    }
}

/// The files of one tenant.
#[derive(Clone, Debug)]
pub struct TenantFiles {
    store: Arc<dyn ObjectStore>,
    tenant: TenantId,
}

impl TenantFiles {
    /// Keeps the bytes of a version of a document, durably.
    pub async fn save(
        &self,
        document: DocumentId,
        version: i64,
        bytes: Bytes,
    ) -> Result<(), StorageError> {
        self.store
            .put(&self.path(document, version), PutPayload::from_bytes(bytes))
            .await?;
        Ok(())
    }

    /// The bytes of a version of a document, unless there are none.
    pub async fn get(
        &self,
        document: DocumentId,
        version: i64,
    ) -> Result<Option<Bytes>, StorageError> {
        match self.store.get(&self.path(document, version)).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes the bytes of a version of a document; nothing there is no error.
    pub async fn remove(&self, document: DocumentId, version: i64) -> Result<(), StorageError> {
        self.delete(&self.path(document, version)).await
    }

    /// Removes the bytes of the versions of a document before that one.
    pub async fn remove_before(
        &self,
        document: DocumentId,
        version: i64,
    ) -> Result<(), StorageError> {
        let is_older = |path: &Path| {
            let name = path.filename().and_then(|name| name.parse::<i64>().ok());
            name.is_some_and(|found| found < version)
        };
        self.remove_under(&self.folder(document), is_older).await
    }

    /// Removes the bytes of every version of a document.
    pub async fn remove_document(&self, document: DocumentId) -> Result<(), StorageError> {
        self.remove_under(&self.folder(document), |_| true).await
    }

    /// Removes every file of the tenant.
    pub async fn remove_all(&self) -> Result<(), StorageError> {
        let folder = Path::from_iter([self.tenant.to_string()]);
        self.remove_under(&folder, |_| true).await
    }

    async fn remove_under(
        &self,
        folder: &Path,
        wanted: impl Fn(&Path) -> bool,
    ) -> Result<(), StorageError> {
        let found: Vec<_> = self.store.list(Some(folder)).try_collect().await?;
        for file in found {
            if wanted(&file.location) {
                self.delete(&file.location).await?;
            }
        }
        Ok(())
    }

    async fn delete(&self, path: &Path) -> Result<(), StorageError> {
        match self.store.delete(path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn folder(&self, document: DocumentId) -> Path {
        Path::from_iter([self.tenant.to_string(), document.to_string()])
    }

    fn path(&self, document: DocumentId, version: i64) -> Path {
        Path::from_iter([
            self.tenant.to_string(),
            document.to_string(),
            version.to_string(),
        ])
    }
}
