//! Passwords, hashed with Argon2id.

use std::time::Duration;

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use tokio::sync::{Semaphore, SemaphorePermit};
use xin_domain::ErrorKind;

use crate::error::{Answer, ApiError};

/// Each hash takes 19 MiB (the OWASP minimum, and the crate's default), so only so many at once.
const AT_ONCE: usize = 2;
/// How long somebody waits in line before they are asked to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// A hash of nothing anybody knows, for answering "no such person" in the time it takes to check a
/// password.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$WGluQ2hhdEJvdER1bW15$\
                     TbvFDrd2QGAHcqTgQOcJhF4WHaPyNmWE1Gf5rBRrPUg";

/// Hashes and checks passwords, a few at a time.
pub struct Passwords {
    permits: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            permits: Semaphore::new(AT_ONCE),
        }
    }
}

impl Passwords {
    /// Waits for a turn. What must be decided before a password is checked (too many failures?) is
    /// decided within the turn: whoever waits in line must not slip past a limit reached meanwhile.
    pub async fn turn(&self) -> Answer<Turn<'_>> {
        let permit = tokio::time::timeout(PATIENCE, self.permits.acquire()).await;
        let permit = permit
            .map_err(|_elapsed| busy())?
            .map_err(ApiError::internal)?;
        Ok(Turn { _permit: permit })
    }
}

fn busy() -> ApiError {
    let detail = "too many people sign in at this moment";
    ApiError::new(ErrorKind::Unavailable, "unavailable", detail).after(PATIENCE)
}

/// The right to hash or check one password now.
pub struct Turn<'a> {
    _permit: SemaphorePermit<'a>,
}

impl Turn<'_> {
    /// The hash to keep.
    pub async fn hash(&self, password: String) -> Answer<String> {
        tokio::task::spawn_blocking(move || {
            Argon2::default()
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
        })
        .await
        .map_err(ApiError::internal)?
        .map_err(ApiError::internal)
    }

    /// Whether the password is the one of `hash`; without a hash it is not, and takes as long.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Answer<bool> {
        tokio::task::spawn_blocking(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| DUMMY.to_owned());
            known & matches(&password, &hash)
        })
        .await
        .map_err(ApiError::internal)
    }
}

fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[actix_web::test]
    async fn only_the_password_itself_passes() {
        let passwords = Passwords::default();
        let turn = passwords.turn().await.unwrap();
        let hash = turn.hash("درست horse battery".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,"));
        let verify = |password: &str| turn.verify(password.to_owned(), Some(hash.clone()));
        assert!(verify("درست horse battery").await.unwrap());
        assert!(!verify("درست horse batterY").await.unwrap());
        assert!(
            !turn
                .verify("x".to_owned(), Some("not a hash".to_owned()))
                .await
                .unwrap()
        );
    }

    #[actix_web::test]
    async fn nobody_takes_as_long_as_somebody() {
        assert!(PasswordHash::new(DUMMY).is_ok());
        let passwords = Passwords::default();
        let turn = passwords.turn().await.unwrap();
        let hash = turn.hash("a password".to_owned()).await.unwrap();
        let began = Instant::now();
        assert!(!turn.verify("wrong".to_owned(), Some(hash)).await.unwrap());
        let somebody = began.elapsed();
        let began = Instant::now();
        assert!(!turn.verify("wrong".to_owned(), None).await.unwrap());
        assert!(
            began.elapsed() * 4 > somebody,
            "an unknown address is answered too soon"
        );
    }
}
