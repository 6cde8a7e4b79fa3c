//! The person of a tenant who is asking, and what they must be allowed for a handler to run.

use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, Utc};
use xin_domain::{ErrorKind, Role, TenantId, UserId};

use super::tokens::StaffClaims;
use crate::error::{Answer, ApiError};
use crate::state;

/// What a handler needs its caller to be allowed.
pub trait Right: 'static {
    /// The least role that may.
    const AT_LEAST: Role;
}

/// To look.
#[derive(Debug)]
pub struct Reads;
/// To answer customers and to take conversations over.
#[derive(Debug)]
pub struct Replies;
/// To change channels, knowledge and voice.
#[derive(Debug)]
pub struct Administers;

/// To end what cannot be brought back.
#[derive(Debug)]
pub struct Owns;

impl Right for Owns {
    const AT_LEAST: Role = Role::Owner;
}
impl Right for Reads {
    const AT_LEAST: Role = Role::Viewer;
}
impl Right for Replies {
    const AT_LEAST: Role = Role::Agent;
}
impl Right for Administers {
    const AT_LEAST: Role = Role::Admin;
}

/// A signed-in person who has that right. The first parameter of every handler of the console's
/// API: the tenant of a request comes from here and from nowhere else.
#[derive(Debug)]
pub struct Staff<R> {
    /// Their tenant.
    pub tenant_id: TenantId,
    /// Who they are.
    pub user_id: UserId,
    /// When their token ends, and what they keep open with it.
    pub expires_at: DateTime<Utc>,
    right: PhantomData<R>,
}

impl<R: Right> Staff<R> {
    /// The person behind an access token.
    pub fn from_token(request: &HttpRequest, token: &str) -> Answer<Self> {
        let state = state::of(request)?;
        let (claims, expires_at) = state
            .staff_tokens
            .read_with_expiry::<StaffClaims>(token, state.platform.clock.now())
            .ok_or_else(|| ApiError::unauthenticated("the access token is wrong or over"))?;
        if claims.role < R::AT_LEAST {
            let detail = format!("this takes the role {} or higher", R::AT_LEAST.as_str());
            return Err(ApiError::new(ErrorKind::Forbidden, "forbidden", detail));
        }
        tracing::Span::current().record("tenant_id", tracing::field::display(claims.tid));
        Ok(Self {
            tenant_id: claims.tid,
            user_id: claims.sub,
            expires_at,
            right: PhantomData,
        })
    }
}

/// The token of an `Authorization: Bearer …` header.
pub fn bearer(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl<R: Right> FromRequest for Staff<R> {
    type Error = ApiError;
    type Future = Ready<Answer<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            bearer(request)
                .ok_or_else(|| ApiError::unauthenticated("sign in first"))
                .and_then(|token| Self::from_token(request, token)),
        )
    }
}
