//! What a person gets who is let in: a short token to show, and a long one in a cookie.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use xin_domain::{Locale, Role, TenantId, UserId};
use xin_storage::SystemTx;
use xin_storage::system::{Account, RefreshToken};

use crate::auth::refresh_cookie;
use crate::auth::tokens::{ACCESS_LIFETIME, StaffClaims, fingerprint, random_token};
use crate::error::Answer;
use crate::state::State;

/// A business.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tenant)]
pub struct TenantView {
    /// Its id.
    #[schema(value_type = String, example = "ten_0190c1d2e3f47a8b9c0d1e2f3a4b5c6d")]
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// Its language.
    #[schema(value_type = crate::api::names::LocaleName)]
    pub locale: Locale,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserView {
    /// Their id.
    #[schema(value_type = String)]
    pub id: UserId,
    /// Their address.
    pub email: String,
    /// What they may do.
    #[schema(value_type = crate::api::names::RoleName)]
    pub role: Role,
}

/// What a person gets who is let in. The refresh token comes beside it, in a cookie.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// To be sent as `Authorization: Bearer …`.
    access_token: String,
    /// For how many seconds it is good.
    expires_in: i64,
    tenant: TenantView,
    user: UserView,
}

impl TenantView {
    /// The tenant of an account.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        let tenant = &account.tenant;
        Self {
            id: tenant.id,
            name: tenant.name.clone(),
            locale: tenant.locale,
        }
    }
}

impl UserView {
    /// The person of an account.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        Self {
            id: account.user_id,
            email: account.email.clone(),
            role: account.role,
        }
    }
}

/// Lets a person in: keeps a new refresh token of that family and answers both tokens. The last
/// thing a handler does, since it commits.
pub async fn begin(
    state: &State,
    tx: SystemTx,
    account: &Account,
    family_id: Uuid,
    now: DateTime<Utc>,
    status: StatusCode,
) -> Answer<HttpResponse> {
    let token = random_token();
    let kept = RefreshToken {
        token_hash: fingerprint(token.as_bytes()),
        tenant_id: account.tenant.id,
        user_id: account.user_id,
        family_id,
        expires_at: now + refresh_cookie::LIFETIME,
    };
    tx.add_refresh_token(&kept, now).await?;
    tx.commit().await?;
    let claims = StaffClaims {
        sub: account.user_id,
        tid: account.tenant.id,
        role: account.role,
    };
    let session = Session {
        access_token: state.staff_tokens.issue(claims, now + ACCESS_LIFETIME)?,
        expires_in: ACCESS_LIFETIME.num_seconds(),
        tenant: TenantView::of(account),
        user: UserView::of(account),
    };
    Ok(HttpResponse::build(status)
        .cookie(refresh_cookie::set(&state.platform, token))
        .insert_header(("Cache-Control", "no-store"))
        .json(session))
}
