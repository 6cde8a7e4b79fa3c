//! Signed tokens (JWT, HS256), and the random ones.
//!
//! The library's own check of `exp` reads the machine's clock, so it is switched off and done here
//! against ours.

use std::collections::HashSet;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use xin_domain::{ChannelId, ContactId, ConversationId, Role, TenantId, UserId};

use crate::error::{Answer, ApiError};

/// How long staff go without asking whether they are still welcome.
pub const ACCESS_LIFETIME: TimeDelta = TimeDelta::minutes(15);
/// How long a visitor's thread stays theirs in one browser.
pub const VISITOR_LIFETIME: TimeDelta = TimeDelta::days(30);

const ISSUER: &str = "xin";

/// What a token is for: one audience's token is worth nothing to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Staff, on the API.
    Api,
    /// A visitor of a tenant's website.
    Widget,
}

impl Audience {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Widget => "widget",
        }
    }
}

/// Who a person of a tenant is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffClaims {
    /// The person.
    pub sub: UserId,
    /// The tenant.
    pub tid: TenantId,
    /// What they may do.
    pub role: Role,
}

/// Who a visitor is, and the thread they were given before they said anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorClaims {
    /// The visitor.
    pub sub: ContactId,
    /// Whose visitor.
    pub tid: TenantId,
    /// On which channel.
    pub chn: ChannelId,
    /// That channel's public id.
    pub pid: String,
    /// Their thread.
    pub cnv: ConversationId,
}

#[derive(Serialize, Deserialize)]
struct Envelope<C> {
    #[serde(flatten)]
    claims: C,
    exp: i64,
    iss: String,
    aud: String,
}

/// Signs and reads the tokens of one audience.
pub struct Signing {
    audience: Audience,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl Signing {
    /// With that key, for that audience.
    #[must_use]
    pub fn new(audience: Audience, key: &[u8]) -> Self {
        // A second installation is refused, and the first serves as well.
        let _installed = PROVIDER.install_default();
        Self {
            audience,
            encoding: EncodingKey::from_secret(key),
            decoding: DecodingKey::from_secret(key),
        }
    }

    /// A token that is good until `expires_at`.
    pub fn issue<C: Serialize>(&self, claims: C, expires_at: DateTime<Utc>) -> Answer<String> {
        let envelope = Envelope {
            claims,
            exp: expires_at.timestamp(),
            iss: ISSUER.to_owned(),
            aud: self.audience.as_str().to_owned(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &envelope, &self.encoding)
            .map_err(ApiError::internal)
    }

    /// What the token says and until when, if it is ours, for this audience, and not over.
    #[must_use]
    pub fn read_with_expiry<C: DeserializeOwned + Clone>(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Option<(C, DateTime<Utc>)> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_audience(&[self.audience.as_str()]);
        validation.set_issuer(&[ISSUER]);
        validation.required_spec_claims =
            HashSet::from(["exp", "sub", "aud", "iss"].map(str::to_owned));
        validation.validate_exp = false;
        let envelope: Envelope<C> = jsonwebtoken::decode(token, &self.decoding, &validation)
            .ok()?
            .claims;
        let expires_at = DateTime::from_timestamp(envelope.exp, 0)?;
        (expires_at > now).then_some((envelope.claims, expires_at))
    }

    /// What the token says, if it is ours, for this audience, and not over.
    #[must_use]
    pub fn read<C: DeserializeOwned + Clone>(&self, token: &str, now: DateTime<Utc>) -> Option<C> {
        self.read_with_expiry(token, now).map(|(claims, _)| claims)
    }
}

/// 256 random bits, to be shown once and kept as a hash.
#[must_use]
pub fn random_token() -> String {
    let bytes: [u8; 32] = rand::random();
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// 132 random bits as 22 letters and digits of base64url: not guessable, short enough for a
/// snippet.
#[must_use]
pub fn random_public_id() -> String {
    let bytes: [u8; 17] = rand::random();
    let mut id = BASE64_URL_SAFE_NO_PAD.encode(bytes);
    id.truncate(22);
    id
}

/// SHA-256 in hexadecimal: how tokens and contents are recognised without being kept.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// HS256 and nothing else, so that neither RSA nor elliptic curves are compiled in, and `alg` in a
/// token's header has nothing to choose from.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

struct Hs256(Vec<u8>);

impl Hs256 {
    fn mac(&self, message: &[u8]) -> Result<Hmac<Sha256>, signature::Error> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0)
            .map_err(|_any_length_will_do| signature::Error::new())?;
        mac.update(message);
        Ok(mac)
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.mac(message)?.finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        self.mac(message)?
            .verify_slice(signature)
            .map_err(|_wrong| signature::Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the library calls it with a reference"
)]
fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    if *algorithm != Algorithm::HS256 || key.family() != algorithm.family() {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    Ok(Box::new(Hs256(key.as_bytes().to_vec())))
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the library calls it with a reference"
)]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    if *algorithm != Algorithm::HS256 || key.family() != algorithm.family() {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    Ok(Box::new(Hs256(key.try_get_as_bytes()?.to_vec())))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn claims() -> StaffClaims {
        StaffClaims {
            sub: UserId::from_uuid(Uuid::from_u128(1)),
            tid: TenantId::from_uuid(Uuid::from_u128(2)),
            role: Role::Agent,
        }
    }

    fn api() -> Signing {
        Signing::new(Audience::Api, b"0123456789abcdef0123456789abcdef")
    }

    #[test]
    fn a_token_reads_back_until_it_is_over() {
        let token = api().issue(claims(), NOW + ACCESS_LIFETIME).unwrap();
        let just_before = NOW + ACCESS_LIFETIME - TimeDelta::seconds(1);
        assert_eq!(api().read(&token, just_before), Some(claims()));
        assert_eq!(
            api().read::<StaffClaims>(&token, NOW + ACCESS_LIFETIME),
            None
        );
    }

    #[test]
    fn another_key_audience_or_algorithm_is_refused() {
        let token = api().issue(claims(), NOW + ACCESS_LIFETIME).unwrap();
        let other_key = Signing::new(Audience::Api, b"another key, another key, another");
        assert_eq!(other_key.read::<StaffClaims>(&token, NOW), None);
        let widget = Signing::new(Audience::Widget, b"0123456789abcdef0123456789abcdef");
        assert_eq!(widget.read::<StaffClaims>(&token, NOW), None);
        let body = token.split('.').nth(1).unwrap();
        let header = BASE64_URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"none"}"#);
        assert_eq!(
            api().read::<StaffClaims>(&format!("{header}.{body}."), NOW),
            None
        );
        let mut changed = token.clone();
        changed.replace_range(token.len() - 4.., "AAAA");
        assert_eq!(api().read::<StaffClaims>(&changed, NOW), None);
        for garbage in ["", "x", "a.b", "a.b.c", "....", "é.é.é"] {
            assert_eq!(api().read::<StaffClaims>(garbage, NOW), None);
        }
    }

    #[test]
    fn public_ids_are_short_and_different() {
        let (one, other) = (random_public_id(), random_public_id());
        assert_eq!(one.len(), 22);
        assert_ne!(one, other);
        assert!(
            one.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        );
    }
}
