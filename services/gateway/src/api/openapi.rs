//! The description of the API, for people and for the generator of the web client.

use std::sync::OnceLock;

use actix_web::{App, HttpResponse, get};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi, ToSchema};
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig as Described;

/// The operations of this file.
pub fn configure(config: &mut Described<'_>) {
    config.service(get_openapi);
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Xin ChatBot",
        version = "1",
        description = "Ids are prefixed (ten_, usr_, chn_, con_, cnv_, msg_, doc_, web_, phr_, \
                       gap_, run_, key_), times are RFC 3339 in UTC, errors are \
                       application/problem+json (RFC 9457)."
    ),
    tags(
        (name = "auth", description = "Signing up, in and out"),
        (name = "channels", description = "Where customers write"),
        (name = "knowledge", description = "What the AI answers from"),
        (name = "products", description = "The catalogue, answered from as it is now"),
        (name = "api-keys", description = "Keys for programs of one's own"),
        (name = "brand", description = "How the AI speaks"),
        (name = "ai", description = "How the AI works, with which models, how much, and trying it out"),
        (name = "conversations", description = "What is said, and who answers"),
        (name = "events", description = "What changes, as it changes"),
        (name = "widget", description = "The customer's side of the web channel"),
    ),
    components(schemas(ProblemSchema)),
    modifiers(&Security)
)]
struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let bearer = |what: &str| {
            let scheme = HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .bearer_format("JWT")
                .description(Some(what.to_owned()));
            SecurityScheme::Http(scheme.build())
        };
        let components = openapi.components.get_or_insert_with(Default::default);
        components
            .add_security_scheme("staff", bearer("An access token of a person who signed in"));
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A key of a program of one's own: xin_…".to_owned()));
        components.add_security_scheme("api_key", SecurityScheme::Http(key.build()));
        components.add_security_scheme("visitor", bearer("A visitor's token"));
    }
}

/// An error, as RFC 9457 has it.
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "describes what xin_runtime writes")]
pub struct ProblemSchema {
    /// Names the problem, as a URI.
    r#type: String,
    /// The problem in a few words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What programs match on.
    #[schema(example = "not_found")]
    code: String,
    /// What happened this time, for people.
    detail: Option<String>,
    /// Finds the request in our logs.
    trace_id: Option<String>,
    /// Which fields are wrong, and how.
    errors: Option<Vec<FieldProblemSchema>>,
}

/// What is wrong with one field.
#[derive(ToSchema)]
#[schema(as = FieldProblem)]
#[expect(dead_code, reason = "describes what xin_runtime writes")]
pub struct FieldProblemSchema {
    /// The field.
    field: String,
    /// What programs match on.
    code: String,
    /// For people.
    message: String,
}

/// Every operation may answer a problem.
#[derive(utoipa::IntoResponses)]
#[response(
    status = "default",
    description = "A problem (RFC 9457)",
    content_type = "application/problem+json"
)]
#[expect(dead_code, reason = "describes what xin_runtime writes")]
pub struct Problems(ProblemSchema);

/// The description, built once: it is the same for as long as the program runs.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    static OPENAPI: OnceLock<utoipa::openapi::OpenApi> = OnceLock::new();
    OPENAPI
        .get_or_init(|| {
            App::new()
                .into_utoipa_app()
                .openapi(Document::openapi())
                .configure(super::described)
                .split_for_parts()
                .1
        })
        .clone()
}

/// This description.
#[utoipa::path(tag = "meta", operation_id = "get_openapi", responses((status = 200, body = Object)))]
#[get("/openapi.json")]
pub async fn get_openapi() -> HttpResponse {
    HttpResponse::Ok().json(openapi())
}
