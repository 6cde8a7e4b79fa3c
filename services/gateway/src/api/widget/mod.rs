//! The customer's side of the web channel.

mod conversation_frames;
pub mod cors;
mod info;
mod messages;
mod send;
mod socket;
mod visitors;

use utoipa_actix_web::service_config::ServiceConfig as Described;

/// The operations of this folder. What has a fixed name stands before what may be any channel.
pub fn configure(config: &mut Described<'_>) {
    config
        .service(send::create_widget_message)
        .service(messages::list_widget_messages)
        .service(socket::open_widget_socket)
        .service(visitors::create_visitor)
        .service(info::get_widget);
}
