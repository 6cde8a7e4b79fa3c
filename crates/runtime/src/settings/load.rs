//! From variables to settings.

use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use super::environment::Environment;
use super::reader::Reader;
use super::secret::Secret;
use super::{
    DatabaseUrls, MasterKeys, ModelSettings, Service, Settings, SettingsProblems, Stage, keys,
};
use crate::telemetry::TelemetrySettings;

/// Passwords that stand in examples.
const SAMPLES: [&str; 6] = [
    "xin:xin@",
    "guest:guest@",
    "changeme",
    "change-me",
    "secret",
    "password",
];

impl Settings {
    /// Reads and checks everything; all problems at once.
    pub fn load(environment: &Environment, service: Service) -> Result<Self, SettingsProblems> {
        let mut reader = Reader::new(environment);
        let settings = read(&mut reader, service);
        if reader.problems.is_empty() {
            return Ok(settings);
        }
        Err(SettingsProblems(reader.problems))
    }
}

fn read(reader: &mut Reader<'_>, service: Service) -> Settings {
    let stage = stage(reader);
    let data_dir = PathBuf::from(
        reader
            .text("XIN_DATA_DIR")
            .unwrap_or_else(|| ".xin".to_owned()),
    );
    let telegram = reader.url("TELEGRAM_API_URL", &["http", "https"]);
    let prefetch = reader.number("XIN_BROKER_PREFETCH", 64, (1, 10_000));
    Settings {
        environment: stage,
        http_address: address(reader, service),
        http_workers: reader.number("XIN_HTTP_WORKERS", 1, (1, 64)),
        public_url: reader.url("XIN_PUBLIC_URL", &["http", "https"]),
        trusted_proxies: proxies(reader),
        database: database(reader, service, stage, &data_dir),
        broker_url: broker(reader, service, stage),
        broker_prefetch: prefetch,
        vector_url: part(
            reader,
            service,
            "VECTOR_URL",
            &data_dir,
            "vectors",
            "http://127.0.0.1:6334",
        ),
        vector_api_key: reader.secret("VECTOR_API_KEY"),
        files_url: reader
            .text("FILES_URL")
            .unwrap_or_else(|| format!("file:{}", data_dir.join("files").display())),
        keys: master_keys(reader, stage, &data_dir),
        model: model(reader),
        model_timeout: seconds(reader, "XIN_MODEL_TIMEOUT_SECONDS", 20, (1, 600)),
        turn_deadline: seconds(reader, "XIN_TURN_DEADLINE_SECONDS", 30, (1, 600)),
        burst_window: Duration::from_millis(reader.number("XIN_BURST_WINDOW_MS", 800, (0, 60_000))),
        turn_concurrency: reader.number("XIN_TURN_CONCURRENCY", 64, (1, 10_000)),
        tenant_concurrency: reader.number("XIN_TENANT_CONCURRENCY", 8, (1, 10_000)),
        telegram_api_url: telegram.unwrap_or_else(telegram_api),
        telegram_poll: seconds(reader, "XIN_TELEGRAM_POLL_SECONDS", 30, (1, 50)),
        outbound_proxy: reader.secret_url(
            "XIN_OUTBOUND_PROXY",
            &["http", "https", "socks5", "socks5h"],
        ),
        private_addresses: reader.parse("XIN_ALLOW_PRIVATE_ADDRESSES", stage == Stage::Local),
        crawl_delay: Duration::from_millis(reader.number("XIN_CRAWL_DELAY_MS", 1000, (0, 60_000))),
        telemetry: telemetry(reader, stage),
        max_upload_bytes: reader.number("XIN_MAX_UPLOAD_BYTES", 52_428_800, (1024, 1_073_741_824)),
        shutdown_timeout: seconds(reader, "XIN_SHUTDOWN_SECONDS", 25, (1, 600)),
        sign_in_attempts: reader.number("XIN_SIGN_IN_ATTEMPTS", 10, (1, 1000)),
        widget_messages_per_minute: reader.number(
            "XIN_WIDGET_MESSAGES_PER_MINUTE",
            30,
            (1, 1_000_000),
        ),
        sign_ups_per_hour: reader.number(
            "XIN_SIGN_UPS_PER_HOUR",
            if stage == Stage::Local { 0 } else { 20 },
            (0, 1_000_000),
        ),
        visitors_per_minute: reader.number("XIN_VISITORS_PER_MINUTE", 600, (1, 10_000_000)),
        data_dir,
    }
}

fn stage(reader: &mut Reader<'_>) -> Stage {
    match reader.text("XIN_ENVIRONMENT").as_deref() {
        None | Some("local") => Stage::Local,
        Some("docker") => Stage::Docker,
        Some("production") => Stage::Production,
        Some(_) => {
            reader.problem("XIN_ENVIRONMENT must be local, docker or production");
            Stage::Production
        }
    }
}

fn address(reader: &mut Reader<'_>, service: Service) -> String {
    let address = reader
        .text("XIN_HTTP_ADDR")
        .unwrap_or_else(|| service.default_address().to_owned());
    let port = address
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse::<u16>().ok());
    if port.is_none() {
        reader.problem("XIN_HTTP_ADDR must be host:port, for instance 127.0.0.1:8080");
    }
    address
}

fn database(
    reader: &mut Reader<'_>,
    service: Service,
    stage: Stage,
    data_dir: &Path,
) -> DatabaseUrls {
    let default = if service == Service::Xin {
        format!("sqlite://{}", data_dir.join("xin.db").display())
    } else {
        "postgres://xin:xin@127.0.0.1:5432/xin".to_owned()
    };
    let given = required(reader, "DATABASE_URL", service, stage);
    let url = given.unwrap_or_else(|| Secret::new(default));
    let known = ["sqlite://", "postgres://", "postgresql://"];
    if !known.iter().any(|scheme| url.expose().starts_with(scheme)) {
        reader.problem("DATABASE_URL must begin with sqlite:// or postgres://");
    }
    let system = reader
        .secret("DATABASE_SYSTEM_URL")
        .unwrap_or_else(|| url.clone());
    let migration = reader
        .secret("DATABASE_MIGRATION_URL")
        .unwrap_or_else(|| url.clone());
    DatabaseUrls {
        system,
        migration,
        service: url,
        migrate: reader.parse("XIN_MIGRATE", true),
        connections: reader.number("XIN_DATABASE_CONNECTIONS", 8, (1, 1000)),
    }
}

fn broker(reader: &mut Reader<'_>, service: Service, stage: Stage) -> Secret {
    let default = if service == Service::Xin {
        "embedded:"
    } else {
        "amqp://guest:guest@127.0.0.1:5672/%2f"
    };
    let url =
        required(reader, "BROKER_URL", service, stage).unwrap_or_else(|| Secret::new(default));
    let known = ["embedded:", "amqp://", "amqps://"];
    if !known.iter().any(|scheme| url.expose().starts_with(scheme)) {
        reader.problem("BROKER_URL must be embedded: or begin with amqp:// or amqps://");
    }
    if service != Service::Xin && url.expose().starts_with("embedded:") {
        reader.problem("BROKER_URL=embedded: works in one process only, and that is xin");
    }
    url
}

/// A secret that a service in production must be given, and that must be no sample.
fn required(reader: &mut Reader<'_>, name: &str, service: Service, stage: Stage) -> Option<Secret> {
    let given = reader.secret(name);
    if stage != Stage::Production {
        return given;
    }
    match &given {
        None if service != Service::Xin => {
            reader.problem(format!("{name} is needed in production"));
        }
        Some(url) if SAMPLES.iter().any(|sample| url.expose().contains(sample)) => {
            reader.problem(format!(
                "{name} holds a sample password; production refuses it"
            ));
        }
        _ => {}
    }
    given
}

/// Where an embedded part or its server is.
fn part(
    reader: &mut Reader<'_>,
    service: Service,
    name: &str,
    data_dir: &Path,
    folder: &str,
    server: &str,
) -> String {
    let default = if service == Service::Xin {
        format!("embedded:{}", data_dir.join(folder).display())
    } else {
        server.to_owned()
    };
    let url = reader.text(name).unwrap_or(default);
    if !["embedded:", "http://", "https://"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
    {
        reader.problem(format!(
            "{name} must begin with embedded:, http:// or https://"
        ));
    }
    if service != Service::Xin && url.starts_with("embedded:") {
        reader.problem(format!(
            "{name}=embedded: works in one process only, and that is xin"
        ));
    }
    url
}

fn master_keys(reader: &mut Reader<'_>, stage: Stage, data_dir: &Path) -> MasterKeys {
    let present = match reader.secret("XIN_SECRET_KEY") {
        Some(given) => {
            keys::parse(given.expose()).map_err(|problem| format!("XIN_SECRET_KEY {problem}"))
        }
        None if stage == Stage::Production => Err(
            "XIN_SECRET_KEY is needed in production; make production-secrets draws one".to_owned(),
        ),
        None => keys::kept_in(&data_dir.join("secret.key")),
    };
    let present = present.unwrap_or_else(|problem| {
        reader.problem(problem);
        Vec::new()
    });
    if stage == Stage::Production && !present.is_empty() && keys::is_sample(&present) {
        reader.problem("XIN_SECRET_KEY looks typed, not drawn; production refuses it");
    }
    let mut previous = Vec::new();
    for text in list(
        reader
            .secret("XIN_SECRET_KEY_PREVIOUS")
            .map(|keys| keys.expose().to_owned()),
    ) {
        match keys::parse(&text) {
            Ok(key) => previous.push(key),
            Err(problem) => reader.problem(format!("XIN_SECRET_KEY_PREVIOUS {problem}")),
        }
    }
    MasterKeys { present, previous }
}

fn model(reader: &mut Reader<'_>) -> Option<ModelSettings> {
    let base_url = reader.url("OPENAI_BASE_URL", &["http", "https"]);
    let api_key = reader.secret("OPENAI_API_KEY");
    let chat_model = reader.text("XIN_CHAT_MODEL");
    let embedding_model = reader.text("XIN_EMBEDDING_MODEL");
    let dimension: usize = reader.number("XIN_EMBEDDING_DIMENSION", 0, (0, 16_384));
    if embedding_model.is_some() != (dimension > 0) {
        reader.problem("XIN_EMBEDDING_MODEL and XIN_EMBEDDING_DIMENSION go together");
    }
    let wanted = chat_model.is_some() || embedding_model.is_some();
    if wanted && base_url.is_none() {
        reader.problem("XIN_CHAT_MODEL and XIN_EMBEDDING_MODEL need OPENAI_BASE_URL");
    }
    Some(ModelSettings {
        base_url: base_url.filter(|_| wanted)?,
        api_key: api_key.unwrap_or_else(|| Secret::new("")),
        chat_model,
        embedding: embedding_model.map(|model| (model, dimension)),
    })
}

fn telemetry(reader: &mut Reader<'_>, stage: Stage) -> TelemetrySettings {
    let format = reader.text("XIN_LOG_FORMAT");
    let json = match format.as_deref() {
        None => stage != Stage::Local,
        Some("json") => true,
        Some("text") => false,
        Some(_) => {
            reader.problem("XIN_LOG_FORMAT must be text or json");
            false
        }
    };
    let filter = reader.text("XIN_LOG").unwrap_or_else(|| "info".to_owned());
    if tracing_subscriber::EnvFilter::try_new(&filter).is_err() {
        reader.problem("XIN_LOG must be a filter such as info or info,xin_broker=debug");
    }
    let otlp = reader.url("OTEL_EXPORTER_OTLP_ENDPOINT", &["http", "https"]);
    TelemetrySettings {
        filter,
        json,
        otlp_endpoint: otlp.map(String::from),
    }
}

fn proxies(reader: &mut Reader<'_>) -> Vec<String> {
    let ranges = list(reader.text("XIN_TRUSTED_PROXIES"));
    for range in &ranges {
        if !is_network(range) {
            reader.problem(format!(
                "XIN_TRUSTED_PROXIES: {range} is no address or network such as 10.0.0.0/8"
            ));
        }
    }
    ranges
}

fn is_network(text: &str) -> bool {
    let (address, length) = text
        .split_once('/')
        .map_or((text, None), |(address, length)| (address, Some(length)));
    let Ok(address) = address.parse::<std::net::IpAddr>() else {
        return false;
    };
    let most = if address.is_ipv4() { 32 } else { 128 };
    length.is_none_or(|length| length.parse::<u8>().is_ok_and(|length| length <= most))
}

fn seconds(reader: &mut Reader<'_>, name: &str, default: u64, bounds: (u64, u64)) -> Duration {
    Duration::from_secs(reader.number(name, default, bounds))
}

fn list(text: Option<String>) -> Vec<String> {
    let text = text.unwrap_or_default();
    text.split(',')
        .map(|item| item.trim().to_owned())
        .filter(|item| !item.is_empty())
        .collect()
}

#[expect(clippy::expect_used, reason = "a constant that a test parses")]
fn telegram_api() -> Url {
    Url::parse("https://api.telegram.org").expect("a constant URL")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn problems<const N: usize>(service: Service, variables: [(&str, &str); N]) -> Vec<String> {
        match Settings::load(&Environment::from(variables), service) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.0,
        }
    }

    const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn xin_needs_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        let environment = Environment::from([("XIN_DATA_DIR", path)]);
        let settings = Settings::load(&environment, Service::Xin).unwrap();
        assert!(settings.database.service.expose().starts_with("sqlite://"));
        assert_eq!(settings.broker_url.expose(), "embedded:");
        assert!(settings.vector_url.starts_with("embedded:"));
        assert!(settings.model.is_none());
        let again = Settings::load(&environment, Service::Gateway).unwrap();
        assert_eq!(again.keys.present, settings.keys.present);
        assert!(!format!("{settings:?}").contains(&hex::encode(&settings.keys.present)));
    }

    #[test]
    fn all_problems_are_listed_at_once() {
        let found = problems(
            Service::Gateway,
            [
                ("XIN_HTTP_ADR", "127.0.0.1:1"),
                ("XIN_HTTP_ADDR", "nowhere"),
                ("XIN_SECRET_KEY", "short"),
                ("BROKER_URL", "embedded:"),
                ("XIN_EMBEDDING_MODEL", "m"),
                ("XIN_LOG_FORMAT", "xml"),
                ("XIN_TRUSTED_PROXIES", "10.0.0.0/8, everybody"),
            ],
        );
        for part in [
            "do you mean XIN_HTTP_ADDR",
            "host:port",
            "hexadecimal",
            "one process only",
            "go together",
            "text or json",
            "everybody is no address",
        ] {
            assert!(
                found.iter().any(|problem| problem.contains(part)),
                "{part}: {found:?}"
            );
        }
    }

    #[test]
    fn production_refuses_samples_and_gaps() {
        let found = problems(
            Service::Conversation,
            [
                ("XIN_ENVIRONMENT", "production"),
                ("DATABASE_URL", "postgres://xin:xin@db/xin"),
                (
                    "XIN_SECRET_KEY",
                    "0000000000000000000000000000000000000000000000000000000000000000",
                ),
            ],
        );
        for part in [
            "sample password",
            "BROKER_URL is needed",
            "typed, not drawn",
        ] {
            assert!(
                found.iter().any(|problem| problem.contains(part)),
                "{part}: {found:?}"
            );
        }
        assert!(!found.concat().contains("xin:xin@"));
    }

    #[test]
    fn a_secret_may_stand_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, format!("{KEY}\n")).unwrap();
        let file = path.to_str().unwrap();
        let environment = Environment::from([("XIN_SECRET_KEY_FILE", file)]);
        let settings = Settings::load(&environment, Service::Gateway).unwrap();
        assert_eq!(hex::encode(settings.keys.present), KEY);
        let both = [("XIN_SECRET_KEY_FILE", file), ("XIN_SECRET_KEY", KEY)];
        assert!(problems(Service::Gateway, both)[0].contains("both set"));
    }

    proptest! {
        #[test]
        fn any_values_are_settings_or_problems(
            values in prop::collection::vec("[ -~]{0,40}", super::super::table::VARIABLES.len()),
        ) {
            // A folder of its own: loading writes a first key.
            let folder = tempfile::tempdir().unwrap();
            let mut text = format!("XIN_DATA_DIR='{}'\n", folder.path().display());
            let others = |variable: &&super::super::table::Variable| variable.name != "XIN_DATA_DIR";
            for (variable, value) in super::super::table::VARIABLES.iter().filter(others).zip(&values) {
                text.push_str(variable.name);
                text.push_str("='");
                text.push_str(&value.replace('\'', ""));
                text.push_str("'\n");
            }
            if let Ok(environment) = Environment::parse(&text) {
                let _either = Settings::load(&environment, Service::Gateway);
            }
        }
    }
}
