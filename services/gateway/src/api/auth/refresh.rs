//! A person stays signed in.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, post};
use xin_storage::system::Rotation;

use super::session::{self, Session};
use crate::api::openapi::Problems;
use crate::auth::refresh_cookie;
use crate::error::{Answer, ApiError};
use crate::state::{Shared, State};

/// Changes the refresh token of the cookie for a new pair. Each is good once: a second use ends
/// all that descend from the same sign-in, since one of the two users has stolen it.
#[utoipa::path(
    tag = "auth", operation_id = "refresh_session",
    responses((status = 200, body = Session), Problems)
)]
#[post("/auth/refresh")]
pub async fn refresh_session(state: Shared, request: HttpRequest) -> Answer<HttpResponse> {
    let Some(token) = refresh_cookie::fingerprint_of(&request) else {
        return Err(ApiError::unauthenticated("sign in first"));
    };
    let now = state.platform.clock.now();
    let tx = state.platform.database.system().await?;
    let used = match tx.use_refresh_token(&token, now).await? {
        Rotation::Used(used) => used,
        Rotation::Reused => {
            // The end of the family must outlive this refusal.
            tx.commit().await?;
            tracing::warn!("a refresh token was used twice, its family is ended");
            metrics::counter!("refresh_tokens_reused_total").increment(1);
            return refused(&state);
        }
        Rotation::Unknown => return refused(&state),
    };
    match tx.account(used.user_id, used.tenant_id).await? {
        Some(account) => {
            session::begin(&state, tx, &account, used.family_id, now, StatusCode::OK).await
        }
        None => refused(&state),
    }
}

/// Refuses, and has the browser forget the token.
fn refused(state: &State) -> Answer<HttpResponse> {
    let mut response = ApiError::unauthenticated("sign in again").error_response();
    response
        .add_cookie(&refresh_cookie::clear(&state.platform))
        .map_err(ApiError::internal)?;
    Ok(response)
}
