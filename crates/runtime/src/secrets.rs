//! The keys of a deployment: derived for each purpose, and sealing what must not be read at rest.
//!
//! A sealed value begins with the id of its key, so that a new master key can seal while the old
//! one still opens.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

const KEY_ID_BYTES: usize = 4;
const NONCE_BYTES: usize = 24;
/// The first byte of what this version seals.
const FORMAT: u8 = 1;

/// A sealed value that cannot be opened: another key, another owner, or damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sealed value cannot be opened with the keys of this deployment")]
pub struct SealError;

/// The master keys, the present one first.
pub struct Keyring {
    present: Master,
    previous: Vec<Master>,
}

struct Master {
    id: [u8; KEY_ID_BYTES],
    secret: Vec<u8>,
}

impl Master {
    fn new(secret: &[u8]) -> Self {
        let mut id = [0; KEY_ID_BYTES];
        for (place, byte) in id.iter_mut().zip(derive(secret, "key-id")) {
            *place = byte;
        }
        Self {
            id,
            secret: secret.to_vec(),
        }
    }

    fn cipher(&self) -> Result<XChaCha20Poly1305, SealError> {
        let key = derive(&self.secret, "seal");
        let key = Key::try_from(key.as_slice()).map_err(|_length| SealError)?;
        Ok(XChaCha20Poly1305::new(&key))
    }
}

impl Keyring {
    /// A keyring of a present master key and earlier ones.
    #[must_use]
    pub fn new(present: &[u8], previous: &[Vec<u8>]) -> Self {
        Self {
            present: Master::new(present),
            previous: previous.iter().map(|secret| Master::new(secret)).collect(),
        }
    }

    /// A key for one purpose, 32 bytes.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Vec<u8> {
        derive(&self.present.secret, purpose)
    }

    /// Seals a value for its owner; only with the same `owner` can it be opened.
    pub fn seal(&self, value: &[u8], owner: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let payload = Payload {
            msg: value,
            aad: owner,
        };
        let sealed = self
            .present
            .cipher()?
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_failed| SealError)?;
        let mut whole = vec![FORMAT];
        whole.extend(self.present.id);
        whole.extend(nonce);
        whole.extend(sealed);
        Ok(whole)
    }

    /// Opens what was sealed for `owner`.
    pub fn open(&self, sealed: &[u8], owner: &[u8]) -> Result<Vec<u8>, SealError> {
        let (format, rest) = sealed.split_first().ok_or(SealError)?;
        if *format != FORMAT {
            return Err(SealError);
        }
        let (id, rest) = rest.split_at_checked(KEY_ID_BYTES).ok_or(SealError)?;
        let (nonce, rest) = rest.split_at_checked(NONCE_BYTES).ok_or(SealError)?;
        let nonce = XNonce::try_from(nonce).map_err(|_length| SealError)?;
        let master = std::iter::once(&self.present)
            .chain(&self.previous)
            .find(|master| master.id == id)
            .ok_or(SealError)?;
        let payload = Payload {
            msg: rest,
            aad: owner,
        };
        master
            .cipher()?
            .decrypt(&nonce, payload)
            .map_err(|_failed| SealError)
    }
}

/// SHA-256 over lengths and parts: a master key of 32 bytes or more has all the strength that is
/// needed, so one round is enough to keep the purposes apart.
fn derive(secret: &[u8], purpose: &str) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(b"xin-key-v1");
    digest.update(
        u64::try_from(secret.len())
            .unwrap_or(u64::MAX)
            .to_be_bytes(),
    );
    digest.update(secret);
    digest.update(purpose.as_bytes());
    digest.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_owner_opens() {
        let keyring = Keyring::new(&[7; 32], &[]);
        let sealed = keyring.seal(b"token", b"chn_1").unwrap();
        assert_eq!(keyring.open(&sealed, b"chn_1").unwrap(), b"token");
        assert_eq!(keyring.open(&sealed, b"chn_2"), Err(SealError));
        assert!(!sealed.windows(5).any(|window| window == b"token"));
    }

    #[test]
    fn a_damaged_value_does_not_open() {
        let keyring = Keyring::new(&[7; 32], &[]);
        let sealed = keyring.seal(b"token", b"").unwrap();
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert_eq!(keyring.open(&damaged, b""), Err(SealError));
            assert_eq!(keyring.open(&sealed[..at], b""), Err(SealError));
        }
    }

    #[test]
    fn after_a_rotation_the_old_still_opens() {
        let old = Keyring::new(&[1; 32], &[]);
        let sealed = old.seal(b"token", b"").unwrap();
        let new = Keyring::new(&[2; 32], &[vec![1; 32]]);
        assert_eq!(new.open(&sealed, b"").unwrap(), b"token");
        assert_eq!(
            Keyring::new(&[2; 32], &[]).open(&sealed, b""),
            Err(SealError)
        );
        assert_ne!(new.derive("access-token"), new.derive("visitor-token"));
    }
}
