//! What is said, and who answers.

mod asked;
mod change;
mod confirm;
mod correct;
mod get;
mod hand_back;
mod list;
mod message_view;
mod messages;
mod reply;
mod resolve;
mod take_over;
mod view;

use utoipa_actix_web::service_config::ServiceConfig as Described;

pub use message_view::MessageView;
pub use messages::position_of;
pub use view::ConversationView;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config
        .service(list::list_conversations)
        .service(get::get_conversation)
        .service(messages::list_messages)
        .service(reply::create_message)
        .service(take_over::take_over_conversation)
        .service(hand_back::hand_back_conversation)
        .service(resolve::resolve_conversation)
        .service(correct::correct_message)
        .service(confirm::confirm_message);
}
