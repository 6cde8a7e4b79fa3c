//! Streams what changes.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue,
};
use actix_web::{HttpRequest, HttpResponse, get, web};
use futures::stream;
use serde::Deserialize;
use utoipa::IntoParams;
use xin_storage::tenant::LivePosition;

use super::feed::Feed;
use super::view::EventView;
use crate::api::openapi::Problems;
use crate::auth::staff::bearer;
use crate::auth::{Reads, Staff};
use crate::error::{Answer, ApiError};
use crate::state::Shared;

/// Where to begin, and who is asking.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// Continue after this event; the header `Last-Event-ID` says the same and wins.
    after: Option<String>,
    /// The access token, for browsers' `EventSource`, which cannot set headers.
    access_token: Option<String>,
}

/// Streams what changes: `message.created`, `message.updated`, `conversation.updated`,
/// `document.updated` and `website.updated`, each with an id to resume after. Begins with the
/// present, and ends with the access token: resume with a new one.
#[utoipa::path(
    tag = "events", operation_id = "stream_events", security(("staff" = []), ()),
    params(StreamQuery, ("Last-Event-ID" = Option<String>, Header, description = "Resume after")),
    responses(
        (status = 200, description = "Each event's data", content_type = "text/event-stream",
         body = EventView),
        Problems,
    )
)]
#[get("/events")]
pub async fn stream_events(
    request: HttpRequest,
    state: Shared,
    query: web::Query<StreamQuery>,
) -> Answer<HttpResponse> {
    let token = bearer(&request).or(query.access_token.as_deref());
    let token = token.ok_or_else(|| ApiError::unauthenticated("sign in first"))?;
    let staff = Staff::<Reads>::from_token(&request, token)?;
    let wanted = resume_after(&request, &query)?;
    let place = state.screens.take(staff.tenant_id)?;
    // Listening begins before the position is read: nothing can fall between.
    let ear = state.hub.watch_tenant(staff.tenant_id);
    let position = match wanted {
        Some(position) => position,
        None => {
            state
                .platform
                .database
                .read(staff.tenant_id)
                .await?
                .live_events()
                .latest()
                .await?
        }
    };
    let feed = Feed::new(state, &staff, position, ear, place);
    let body = stream::unfold(feed, |mut feed| async move {
        let text = feed.next().await?;
        Some((Ok::<_, actix_web::Error>(text), feed))
    });
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        // Compression would hold events back until its buffer is full, and so would nginx.
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header((
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ))
        .streaming(Box::pin(body)))
}

fn resume_after(request: &HttpRequest, query: &StreamQuery) -> Answer<Option<LivePosition>> {
    let header = request
        .headers()
        .get("Last-Event-ID")
        .and_then(|value| value.to_str().ok());
    let Some(text) = header
        .or(query.after.as_deref())
        .filter(|text| !text.is_empty())
    else {
        return Ok(None);
    };
    let position = text.parse().map_err(|_unreadable| {
        ApiError::field("after", "invalid_cursor", "not an id of an event")
    })?;
    Ok(Some(position))
}
