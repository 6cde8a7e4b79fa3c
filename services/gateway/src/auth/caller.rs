//! A person of a tenant, or one of its own programs with a key.

use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chrono::TimeDelta;
use futures::future::LocalBoxFuture;
use xin_domain::{ErrorKind, TenantId};

use super::staff::{Administers, Staff, bearer};
use super::tokens::fingerprint;
use crate::error::{Answer, ApiError};
use crate::state;

/// What every key of a program begins with.
pub const KEY_MARK: &str = "xin_";
/// How exactly the last use of a key is kept.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// What a key may change.
pub trait Scope: 'static {
    /// The name that a key carries.
    const NAME: &'static str;
}

/// Documents.
#[derive(Debug)]
pub struct Knowledge;
/// The catalogue.
#[derive(Debug)]
pub struct Products;

impl Scope for Knowledge {
    const NAME: &'static str = "knowledge";
}
impl Scope for Products {
    const NAME: &'static str = "products";
}

/// Every scope that a key may have.
pub const SCOPES: [&str; 2] = [Knowledge::NAME, Products::NAME];

/// Somebody who may change what the scope names: an administrator, or a program with a key. The
/// tenant of a request comes from here and from nowhere else.
#[derive(Debug)]
pub struct Caller<S> {
    /// Their tenant.
    pub tenant_id: TenantId,
    scope: PhantomData<S>,
}

impl<S: Scope> Caller<S> {
    async fn of(request: &HttpRequest) -> Answer<Self> {
        let token = bearer(request).ok_or_else(|| ApiError::unauthenticated("sign in first"))?;
        let tenant_id = if token.starts_with(KEY_MARK) {
            Self::by_key(request, token).await?
        } else {
            Staff::<Administers>::from_token(request, token)?.tenant_id
        };
        Ok(Self {
            tenant_id,
            scope: PhantomData,
        })
    }

    async fn by_key(request: &HttpRequest, key: &str) -> Answer<TenantId> {
        let platform = &state::of(request)?.platform;
        let tx = platform.database.system_read().await?;
        let found = tx.api_key_by_hash(&fingerprint(key.as_bytes())).await?;
        let found =
            found.ok_or_else(|| ApiError::unauthenticated("the key is wrong or revoked"))?;
        drop(tx);
        if !found.scopes.iter().any(|scope| scope == S::NAME) {
            let detail = format!("this takes a key with the scope {}", S::NAME);
            return Err(ApiError::new(ErrorKind::Forbidden, "forbidden", detail));
        }
        tracing::Span::current().record("tenant_id", tracing::field::display(found.tenant_id));
        let now = platform.clock.now();
        if found
            .last_used_at
            .is_none_or(|used| used + NOTED_EVERY < now)
        {
            let tx = platform.database.tenant(found.tenant_id).await?;
            tx.api_keys().note_use(found.id, now).await?;
            tx.commit().await?;
        }
        Ok(found.tenant_id)
    }
}

impl<S: Scope> FromRequest for Caller<S> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Answer<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(&request).await })
    }
}
