//! The operations, by what the business calls them. One operation, one file.

mod ai;
mod api_keys;
mod auth;
mod brand;
mod channels;
mod conversations;
mod events;
mod gaps;
mod imports;
mod knowledge;
mod me;
mod names;
mod openapi;
mod pages;
mod products;
mod websites;
mod widget;

use actix_web::HttpResponse;
use actix_web::middleware::from_fn;
use actix_web::web::ServiceConfig;
use utoipa_actix_web::scope::scope;
use utoipa_actix_web::service_config::ServiceConfig as Described;

use xin_runtime::problem;

use crate::error::{Answer, ApiError};
use crate::inputs;

pub use openapi::openapi;

/// Everything under `/api/v1`.
pub fn configure(config: &mut ServiceConfig) {
    described(&mut Described::new(config));
}

fn described(config: &mut Described<'_>) {
    config.service(
        scope("/api/v1")
            .app_data(problem::json_config(inputs::LARGEST_JSON))
            .app_data(problem::query_config())
            .configure(auth::configure)
            .configure(me::configure)
            .configure(channels::configure)
            .configure(knowledge::configure)
            .configure(products::configure)
            .configure(api_keys::configure)
            .configure(websites::configure)
            .configure(brand::configure)
            .configure(ai::configure)
            .configure(gaps::configure)
            .configure(conversations::configure)
            .configure(events::configure)
            .service(
                scope("/widget")
                    .configure(widget::configure)
                    .map(|scope| scope.wrap(from_fn(widget::cors::allow))),
            )
            .configure(openapi::configure)
            .default_service(actix_web::web::to(nothing_here)),
    );
}

async fn nothing_here() -> Answer<HttpResponse> {
    Err(ApiError::not_found("address"))
}
