//! Telegram's webhook.

use std::sync::Arc;

use actix_web::http::header::HeaderValue;
use actix_web::{HttpRequest, HttpResponse, web};
use xin_channels::telegram;
use xin_domain::{ChannelKind, ErrorKind};
use xin_runtime::problem::Problem;

use crate::Platform;
use crate::publish::publish;
use crate::routes::{Route, Routes};

/// The header that carries what we gave Telegram with `setWebhook`
/// (<https://core.telegram.org/bots/api#setwebhook>).
const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";

/// `POST /hooks/telegram/{public_id}`: verify over the raw bytes, decode, publish, then answer.
///
/// An address without a channel and a wrong secret get the same answer, so that nobody learns
/// which addresses exist.
pub async fn receive(
    request: HttpRequest,
    public_id: web::Path<String>,
    body: web::Bytes,
    routes: web::Data<Routes>,
) -> Result<HttpResponse, Problem> {
    let secret = request
        .headers()
        .get(SECRET_HEADER)
        .map(HeaderValue::as_bytes);
    let route = routes.find(ChannelKind::Telegram, &public_id).await?;
    let route = route
        .filter(|route| telegram::verify(secret, route.secrets.webhook_secret.as_bytes()))
        .ok_or_else(|| {
            metrics::counter!("webhooks_total", "outcome" => "unverified").increment(1);
            Problem::new(
                ErrorKind::Unauthenticated,
                "unverified_webhook",
                "the secret token is missing or wrong",
            )
        })?;
    let update = telegram::decode(&body).map_err(|error| {
        metrics::counter!("webhooks_total", "outcome" => "unreadable").increment(1);
        Problem::new(ErrorKind::Invalid, "unreadable_update", error.to_string())
    })?;
    publish(
        &routes.platform,
        ChannelKind::Telegram,
        &route,
        update.events,
    )
    .await
    .map_err(|error| {
        metrics::counter!("webhooks_total", "outcome" => "not_published").increment(1);
        tracing::warn!(error = %error, "update not published");
        Problem::new(
            ErrorKind::Unavailable,
            "unavailable",
            "send it again in a moment",
        )
    })?;
    metrics::counter!("webhooks_total", "outcome" => "accepted").increment(1);
    if let Some(query) = update.callback_query_id {
        answer_button(&routes.platform, &route, query);
    }
    Ok(HttpResponse::Ok().finish())
}

/// Tells Telegram that a pressed button was heard; until then it spins on the customer's screen.
/// Best effort: the press itself is recorded already.
pub fn answer_button(platform: &Platform, route: &Arc<Route>, query: String) {
    let (platform, route) = (platform.clone(), Arc::clone(route));
    tokio::spawn(async move {
        let Ok(client) = route.telegram(&platform) else {
            return;
        };
        if let Err(error) = client.answer_callback_query(&query).await {
            tracing::debug!(error = %error, "button not answered");
        }
    });
}
