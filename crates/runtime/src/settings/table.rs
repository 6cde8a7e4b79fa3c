//! Every variable, once.

/// A variable.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub group: &'static str,
    /// Its default, as documentation says it.
    pub default: &'static str,
    /// Its unit or form.
    pub unit: &'static str,
    /// What it does.
    pub what: &'static str,
    /// Who reads it.
    pub services: &'static str,
    /// Whether it must not be shown; then `…_FILE` may name a file that holds it.
    pub secret: bool,
}

const fn variable(
    name: &'static str,
    group: &'static str,
    (default, unit): (&'static str, &'static str),
    services: &'static str,
    what: &'static str,
) -> Variable {
    Variable {
        name,
        group,
        default,
        unit,
        what,
        services,
        secret: false,
    }
}

const fn secret(
    name: &'static str,
    group: &'static str,
    (default, unit): (&'static str, &'static str),
    services: &'static str,
    what: &'static str,
) -> Variable {
    Variable {
        name,
        group,
        default,
        unit,
        what,
        services,
        secret: true,
    }
}

/// The variable that names an env file; read before all others.
pub const ENV_FILE: &str = "XIN_ENV_FILE";

/// Every variable.
pub const VARIABLES: [Variable; 40] = [
    variable(
        "XIN_ENVIRONMENT",
        "general",
        ("local", "local, docker or production"),
        "all",
        "Where the product runs. production refuses empty and sample secrets.",
    ),
    variable(
        ENV_FILE,
        "general",
        (".env.local for the five services, none for xin", "path"),
        "all",
        "A file of variables. What the process itself is given wins over it.",
    ),
    variable(
        "XIN_DATA_DIR",
        "general",
        (".xin", "path"),
        "all",
        "Where embedded parts keep their data, and where a key is kept that was generated.",
    ),
    variable(
        "XIN_HTTP_ADDR",
        "http",
        (
            "127.0.0.1:8080; the other services 8081 to 8084",
            "host:port",
        ),
        "all",
        "Where the program listens. Every program has /healthz, /readyz and /metrics there.",
    ),
    variable(
        "XIN_HTTP_WORKERS",
        "http",
        ("1", "threads"),
        "all",
        "Threads that serve HTTP.",
    ),
    variable(
        "XIN_PUBLIC_URL",
        "http",
        ("none", "URL"),
        "gateway, webhook-ingest, xin",
        "Where the public reaches us, for instance https://xinbot.ir. Without it platforms cannot call us, and Telegram is polled.",
    ),
    variable(
        "XIN_TRUSTED_PROXIES",
        "http",
        ("none", "CIDR, comma-separated"),
        "gateway, xin",
        "Proxies whose X-Forwarded-For is believed. Anybody else's is ignored.",
    ),
    variable(
        "XIN_MAX_UPLOAD_BYTES",
        "http",
        ("52428800", "bytes"),
        "gateway, xin",
        "The largest file that may be uploaded.",
    ),
    secret(
        "DATABASE_URL",
        "database",
        (
            "sqlite in XIN_DATA_DIR for xin; postgres://xin:xin@127.0.0.1:5432/xin for the services",
            "sqlite:// or postgres://",
        ),
        "all",
        "The database, one tenant at a time. On PostgreSQL the login acts as the role xin_service.",
    ),
    secret(
        "DATABASE_SYSTEM_URL",
        "database",
        ("DATABASE_URL", "postgres://"),
        "all",
        "The login that acts as xin_system: the relay, sign-in, routing, retention.",
    ),
    secret(
        "DATABASE_MIGRATION_URL",
        "database",
        ("DATABASE_URL", "postgres://"),
        "all",
        "The login that owns the tables.",
    ),
    variable(
        "XIN_MIGRATE",
        "database",
        ("true", "true or false"),
        "all",
        "Whether the program brings the tables up to date when it starts.",
    ),
    variable(
        "XIN_DATABASE_CONNECTIONS",
        "database",
        ("8", "connections"),
        "all",
        "Connections per pool; a program has two pools.",
    ),
    secret(
        "BROKER_URL",
        "broker",
        (
            "embedded: for xin; amqp://guest:guest@127.0.0.1:5672/%2f for the services",
            "embedded: or amqp://",
        ),
        "all",
        "The broker. embedded: is the outbox table, drained in process.",
    ),
    variable(
        "XIN_BROKER_PREFETCH",
        "broker",
        ("64", "messages"),
        "conversation, xin",
        "Messages of a queue at work at once.",
    ),
    variable(
        "VECTOR_URL",
        "vectors",
        (
            "embedded: in XIN_DATA_DIR for xin; http://127.0.0.1:6334 for the services",
            "embedded:FOLDER or http://",
        ),
        "knowledge-ingest, ai-orchestrator, xin",
        "The vectors: an embedded engine, or the gRPC address of Qdrant 1.18 or newer.",
    ),
    secret(
        "VECTOR_API_KEY",
        "vectors",
        ("none", ""),
        "knowledge-ingest, ai-orchestrator, xin",
        "The key of Qdrant, where it wants one.",
    ),
    variable(
        "FILES_URL",
        "files",
        ("file: in XIN_DATA_DIR", "file:FOLDER"),
        "gateway, knowledge-ingest, xin",
        "Where the bytes of documents are kept, a folder per tenant.",
    ),
    secret(
        "XIN_SECRET_KEY",
        "security",
        (
            "generated into XIN_DATA_DIR/secret.key",
            "64 hexadecimal digits",
        ),
        "all",
        "The master key: tokens are signed and channel secrets sealed with keys derived from it. All services need the same.",
    ),
    secret(
        "XIN_SECRET_KEY_PREVIOUS",
        "security",
        ("none", "comma-separated"),
        "all",
        "Earlier master keys, which still open what they sealed.",
    ),
    variable(
        "XIN_SIGN_IN_ATTEMPTS",
        "security",
        ("10", "failures in 15 minutes"),
        "gateway, xin",
        "Failures to sign in that are let through, per e-mail address and per network address.",
    ),
    variable(
        "XIN_WIDGET_MESSAGES_PER_MINUTE",
        "security",
        ("30", "messages"),
        "gateway, xin",
        "Messages one visitor of the widget may send in a minute.",
    ),
    variable(
        "XIN_SIGN_UPS_PER_HOUR",
        "security",
        ("0 where XIN_ENVIRONMENT is local, else 20", "businesses"),
        "gateway, xin",
        "Businesses that may sign up from one network address in an hour. 0 counts nobody.",
    ),
    variable(
        "XIN_VISITORS_PER_MINUTE",
        "security",
        ("600", "visitors"),
        "gateway, xin",
        "New visitors from one network address in a minute.",
    ),
    variable(
        "OPENAI_BASE_URL",
        "ai",
        ("none", "URL, with or without /v1"),
        "ai-orchestrator, knowledge-ingest, xin",
        "Any server with OpenAI's protocol. Without it the AI quotes the best passage of the tenant's knowledge.",
    ),
    secret(
        "OPENAI_API_KEY",
        "ai",
        ("none", ""),
        "ai-orchestrator, knowledge-ingest, xin",
        "The key of that server.",
    ),
    variable(
        "XIN_CHAT_MODEL",
        "ai",
        ("none", "model name"),
        "ai-orchestrator, xin",
        "The model that words replies. Without it the AI quotes.",
    ),
    variable(
        "XIN_EMBEDDING_MODEL",
        "ai",
        ("none", "model name"),
        "ai-orchestrator, knowledge-ingest, xin",
        "The model that turns texts into vectors. Without it retrieval goes by words.",
    ),
    variable(
        "XIN_EMBEDDING_DIMENSION",
        "ai",
        ("none", "numbers per vector"),
        "ai-orchestrator, knowledge-ingest, xin",
        "How long that model's vectors are. Needed with XIN_EMBEDDING_MODEL.",
    ),
    variable(
        "XIN_MODEL_TIMEOUT_SECONDS",
        "ai",
        ("20", "seconds"),
        "ai-orchestrator, gateway, knowledge-ingest, xin",
        "The longest one call of the model may take.",
    ),
    variable(
        "XIN_TURN_DEADLINE_SECONDS",
        "ai",
        ("30", "seconds"),
        "conversation, xin",
        "A turn has its reply after this time, whatever happens.",
    ),
    variable(
        "XIN_BURST_WINDOW_MS",
        "ai",
        ("800", "milliseconds"),
        "conversation, xin",
        "Short messages within this time of each other become one turn.",
    ),
    variable(
        "XIN_TURN_CONCURRENCY",
        "ai",
        ("64", "turns"),
        "ai-orchestrator, xin",
        "Turns answered at once in one process.",
    ),
    variable(
        "XIN_TENANT_CONCURRENCY",
        "ai",
        ("8", "turns"),
        "ai-orchestrator, xin",
        "Of those, of one tenant, so that none starves the others.",
    ),
    variable(
        "TELEGRAM_API_URL",
        "telegram",
        ("https://api.telegram.org", "URL"),
        "gateway, webhook-ingest, conversation, xin",
        "The Bot API, or a relay of it where it is filtered.",
    ),
    variable(
        "XIN_TELEGRAM_POLL_SECONDS",
        "telegram",
        ("30", "seconds"),
        "webhook-ingest, xin",
        "How long Telegram may hold a poll that brings nothing.",
    ),
    variable(
        "XIN_CRAWL_DELAY_MS",
        "websites",
        ("1000", "milliseconds"),
        "knowledge-ingest, xin",
        "The least time between two requests to a tenant's website. A site's robots.txt may ask for more.",
    ),
    secret(
        "XIN_OUTBOUND_PROXY",
        "proxy",
        ("none", "http:// or socks5:// URL"),
        "all",
        "What every outbound HTTP connection goes through.",
    ),
    variable(
        "XIN_ALLOW_PRIVATE_ADDRESSES",
        "proxy",
        (
            "true where XIN_ENVIRONMENT is local, else false",
            "true or false",
        ),
        "gateway, webhook-ingest, conversation, knowledge-ingest, ai-orchestrator, xin",
        "Whether a tenant may have us call addresses of our own network, such as a channel's api_url or a website. Behind XIN_OUTBOUND_PROXY the proxy resolves names and must refuse its own network itself.",
    ),
    variable(
        "XIN_SHUTDOWN_SECONDS",
        "general",
        ("25", "seconds"),
        "all",
        "What is at work when the program is asked to stop is given this long.",
    ),
];

/// Variables of the telemetry, which keep the names that others gave them or share a group.
pub const TELEMETRY: [Variable; 3] = [
    variable(
        "XIN_LOG",
        "telemetry",
        ("info", "tracing filter"),
        "all",
        "Which logs, for instance info or info,xin_broker=debug.",
    ),
    variable(
        "XIN_LOG_FORMAT",
        "telemetry",
        ("text in local, else json", "text or json"),
        "all",
        "Lines for people or for programs.",
    ),
    variable(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "telemetry",
        ("none", "URL"),
        "all",
        "Where traces are sent by OTLP over HTTP.",
    ),
];

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Variable> {
    VARIABLES.iter().chain(&TELEMETRY)
}
