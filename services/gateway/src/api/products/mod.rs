//! The catalogue: records that are answered from as they are at that moment.

mod batch;
mod delete;
mod get;
mod import;
mod input;
mod keep;
mod list;
mod put;
mod rows;
mod view;

use utoipa_actix_web::service_config::ServiceConfig as Described;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config
        .service(batch::put_products)
        .service(import::import_products)
        .service(list::list_products)
        .service(put::put_product)
        .service(get::get_product)
        .service(delete::delete_product);
}
