//! The keys of models: written, never shown, and kept for the address they were given for.

use xin_domain::TenantId;
use xin_platform::model_key_owner;
use xin_storage::tenant::Model;

use crate::Platform;
use crate::error::{Answer, ApiError};

/// The longest key there is.
const MOST_LETTERS: usize = 4096;

/// A key that was given: what can stand in a header.
pub fn read(key: &str) -> Option<String> {
    let key = key.trim();
    let is_plain = key.bytes().all(|byte| byte.is_ascii_graphic());
    (is_plain && key.len() <= MOST_LETTERS).then(|| key.to_owned())
}

/// Seals a key to this tenant and that address; an empty key is none.
pub fn seal(
    platform: &Platform,
    tenant: TenantId,
    base_url: &str,
    key: &str,
) -> Answer<Option<Vec<u8>>> {
    if key.is_empty() {
        return Ok(None);
    }
    let owner = model_key_owner(tenant, base_url);
    let sealed = platform.keyring.seal(key.as_bytes(), owner.as_bytes());
    sealed.map(Some).map_err(ApiError::internal)
}

/// The key to keep when none is given: of the same model at the same address, else of any model
/// there. A key never goes to another address than it was given for.
pub fn kept<'a>(chain: &'a [Model], base_url: &str, model: &str) -> Option<&'a [u8]> {
    let there = |kept: &&Model| kept.base_url == base_url;
    let same = chain
        .iter()
        .filter(there)
        .find(|kept| kept.model == model && kept.sealed_key.is_some());
    let any = || {
        chain
            .iter()
            .filter(there)
            .find(|kept| kept.sealed_key.is_some())
    };
    same.or_else(any)?.sealed_key.as_deref()
}

/// Opens a sealed key; an unreadable one must be given again.
pub fn open(
    platform: &Platform,
    tenant: TenantId,
    base_url: &str,
    sealed: Option<&[u8]>,
) -> Answer<String> {
    let Some(sealed) = sealed else {
        return Ok(String::new());
    };
    let owner = model_key_owner(tenant, base_url);
    let opened = platform.keyring.open(sealed, owner.as_bytes()).ok();
    opened
        .and_then(|key| String::from_utf8(key).ok())
        .ok_or_else(|| {
            ApiError::field(
                "key",
                "unreadable",
                "the stored key cannot be read; give it again",
            )
        })
}
