//! A business begins.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;
use xin_domain::{ErrorKind, Locale, Role, TenantId, UserId};
use xin_storage::StorageError;
use xin_storage::system::{Account, NewAccount};
use xin_storage::tenant::Tenant;

use super::session::{self, Session};
use crate::api::openapi::Problems;
use crate::error::{Answer, ApiError};
use crate::inputs::Checks;
use crate::state::Shared;

const SHORTEST_PASSWORD: usize = 10;
/// Longer ones only cost time.
pub const LONGEST_PASSWORD: usize = 1024;

/// What a business is asked for.
#[derive(Deserialize, ToSchema)]
pub struct SignUp {
    email: String,
    #[schema(min_length = 10, max_length = 1024)]
    password: String,
    #[schema(min_length = 1, max_length = 200)]
    business_name: String,
    #[serde(default)]
    #[schema(value_type = crate::api::names::LocaleName)]
    locale: Locale,
}

/// Signs a business up and its first person in.
#[utoipa::path(
    tag = "auth", operation_id = "sign_up", request_body = SignUp,
    responses((status = 201, body = Session), Problems)
)]
#[post("/auth/sign-up")]
pub async fn sign_up(
    request: HttpRequest,
    state: Shared,
    body: web::Json<SignUp>,
) -> Answer<HttpResponse> {
    let SignUp {
        email,
        password,
        business_name,
        locale,
    } = body.into_inner();
    let mut checks = Checks::default();
    let email = super::sign_in::normal_email(&email).unwrap_or_else(|| {
        checks.refuse("email", "invalid_email", "not an e-mail address");
        String::new()
    });
    let business_name = checks.text("business_name", &business_name, 1..=200);
    if password.chars().count() < SHORTEST_PASSWORD {
        checks.refuse(
            "password",
            "too_short",
            format!("at least {SHORTEST_PASSWORD} letters"),
        );
    } else if password.len() > LONGEST_PASSWORD {
        checks.refuse(
            "password",
            "too_long",
            format!("at most {LONGEST_PASSWORD} bytes"),
        );
    }
    checks.done()?;
    state.limits.sign_up(state.proxies.client(&request))?;

    let password_hash = state.passwords.turn().await?.hash(password).await?;
    let now = state.platform.clock.now();
    let ids = &*state.platform.ids;
    let account = Account {
        user_id: UserId::new(ids, now),
        email,
        password_hash,
        tenant: Tenant {
            id: TenantId::new(ids, now),
            name: business_name,
            locale,
            created_at: now,
        },
        role: Role::Owner,
    };
    let new = NewAccount {
        tenant_id: account.tenant.id,
        user_id: account.user_id,
        email: account.email.clone(),
        password_hash: account.password_hash.clone(),
        business_name: account.tenant.name.clone(),
        locale,
    };
    let tx = state.platform.database.system().await?;
    match tx.add_account(new, now).await {
        Ok(()) => {}
        Err(StorageError::Duplicate(_)) => return Err(taken()),
        Err(error) => return Err(error.into()),
    }
    tracing::info!(tenant_id = %account.tenant.id, "a business signed up");
    session::begin(
        &state,
        tx,
        &account,
        ids.next(now),
        now,
        StatusCode::CREATED,
    )
    .await
}

fn taken() -> ApiError {
    let detail = "there is an account with this e-mail address; sign in instead";
    ApiError::new(ErrorKind::Conflict, "email_taken", detail)
}
