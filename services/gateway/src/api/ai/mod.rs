//! How the AI works: its settings in versions, its models and budgets, and trying it out.

mod budgets;
mod get;
mod get_run;
mod hours;
mod models;
mod playground;
mod publish;
mod put;
mod restore;
mod settings;
mod usage;
mod versions;
mod view;

use utoipa_actix_web::service_config::ServiceConfig as Described;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config
        .service(get::get_ai_settings)
        .service(put::put_ai_settings)
        .service(publish::publish_ai_settings)
        .service(versions::list_ai_versions)
        .service(restore::restore_ai_version)
        .service(playground::try_question)
        .service(get_run::get_trial)
        .configure(models::configure)
        .configure(budgets::configure)
        .configure(usage::configure);
}
