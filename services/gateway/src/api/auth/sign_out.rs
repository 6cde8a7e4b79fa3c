//! A person leaves.

use actix_web::{HttpRequest, HttpResponse, post};

use crate::api::openapi::Problems;
use crate::auth::refresh_cookie;
use crate::error::Answer;
use crate::state::Shared;

/// Ends the session of the cookie, if there is one.
#[utoipa::path(tag = "auth", operation_id = "sign_out", responses((status = 204), Problems))]
#[post("/auth/sign-out")]
pub async fn sign_out(state: Shared, request: HttpRequest) -> Answer<HttpResponse> {
    if let Some(token) = refresh_cookie::fingerprint_of(&request) {
        let tx = state.platform.database.system().await?;
        tx.end_session(&token).await?;
        tx.commit().await?;
    }
    Ok(HttpResponse::NoContent()
        .cookie(refresh_cookie::clear(&state.platform))
        .finish())
}
