//! The web pages, embedded in the program: the console at `/`, the widget, and the demo page.

mod files;
mod pages;

use actix_web::web::{ServiceConfig, get};

/// The pages. What has a fixed address stands before the console, which takes every other.
pub fn configure(config: &mut ServiceConfig) {
    config
        .route("/widget.js", get().to(pages::widget_loader))
        .route("/widget/{file:.*}", get().to(pages::widget_file))
        .route("/demo/{channel_public_id}", get().to(pages::demo))
        .route("/", get().to(pages::console_home))
        .route("/{file:.*}", get().to(pages::console_file));
}
