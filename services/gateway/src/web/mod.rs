//! The web pages, embedded in the program: the console at `/`, the widget, and the demo page.

mod files;
mod pages;

use actix_web::Route;
use actix_web::guard::{Any, Get, Head};
use actix_web::web::{ServiceConfig, route};

/// The pages. What has a fixed address stands before the console, which takes every other.
pub fn configure(config: &mut ServiceConfig) {
    config
        .route("/widget.js", get().to(pages::widget_loader))
        .route("/widget/{file:.*}", get().to(pages::widget_file))
        .route("/demo/{channel_public_id}", get().to(pages::demo))
        .route("/", get().to(pages::console_home))
        .route("/{file:.*}", get().to(pages::console_file));
}

/// What is read may be asked about, too: those who watch and those who cache send `HEAD`.
fn get() -> Route {
    route().guard(Any(Get()).or(Head()))
}
