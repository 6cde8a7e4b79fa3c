//! What the AI answers from.

mod chunks;
mod content;
mod create;
mod delete;
mod faqs;
mod forget_all;
mod get;
pub mod indexing;
mod list;
mod phrasings;
mod pushed;
mod update;
pub mod upload;
mod view;

use utoipa_actix_web::service_config::ServiceConfig as Described;

pub use faqs::{FaqView, Pair, put as put_faq};
pub use phrasings::{LONGEST_QUESTION, PhrasingView, add as add_phrasing};
pub use view::DocumentView;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config
        .service(create::create_document)
        .service(list::list_documents)
        .service(get::get_document)
        .service(update::update_document)
        .service(delete::delete_document)
        .service(forget_all::delete_knowledge)
        .configure(chunks::configure)
        .configure(phrasings::configure)
        .configure(faqs::configure)
        .configure(pushed::configure);
}

/// A question as it is compared: its words, whatever keyboard they were written on.
pub fn question_key(question: &str) -> String {
    let folded = xin_text::fold(question);
    let words = folded.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}
