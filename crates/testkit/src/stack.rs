//! The product as separate processes, as an operator runs it: one program on embedded parts, or
//! five services on PostgreSQL, RabbitMQ and Qdrant.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use url::Url;

use crate::outage::Line;
use crate::postgres::TestDatabase;
use crate::rabbit::TestBroker;

/// How long a process may take to be ready: debug builds on a busy machine included.
const PATIENCE: Duration = Duration::from_secs(60);

/// One process of the product.
pub struct Process {
    name: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    folder: PathBuf,
    health: Option<String>,
    child: Option<Child>,
}

impl Process {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its process id, while it runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Starts it, its output into a file beside its data.
    pub fn start(&mut self) -> anyhow::Result<()> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.join(format!("{}.log", self.name)))?;
        let child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .env("PATH", crate::setting("PATH", "/usr/bin:/bin"))
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            // Apart from the checkout, so that no .env.local there has a say.
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| {
                format!(
                    "{}: build it first, cargo build --workspace",
                    self.program.display()
                )
            })?;
        self.child = Some(child);
        Ok(())
    }

    /// Kills it as a power cut would.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Asks it to stop, and waits until it has.
    pub fn terminate(&mut self) -> anyhow::Result<()> {
        let Some(mut child) = self.child.take() else {
            return Ok(());
        };
        let asked = Command::new("kill").arg(child.id().to_string()).status()?;
        ensure!(asked.success(), "{} could not be asked to stop", self.name);
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(status) = child.try_wait()? {
                ensure!(status.success(), "{} stopped with {status}", self.name);
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        child.kill()?;
        bail!("{} did not stop when asked", self.name)
    }

    /// Waits until it says that it is ready.
    pub async fn ready(&mut self, http: &reqwest::Client) -> anyhow::Result<()> {
        let Some(health) = self.health.clone() else {
            return Ok(());
        };
        let began = Instant::now();
        loop {
            let answer = http.get(&health).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            let ended = self
                .child
                .as_mut()
                .and_then(|child| child.try_wait().transpose());
            if ended.is_some() || began.elapsed() > PATIENCE {
                let log = std::fs::read_to_string(self.folder.join(format!("{}.log", self.name)));
                bail!(
                    "{} is not ready: {ended:?}\n{}",
                    self.name,
                    log.unwrap_or_default()
                );
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.kill().is_err() {
            eprintln!("{} was left running", self.name);
        }
    }
}

/// The running product.
pub struct Stack {
    /// Where the API is.
    pub api: String,
    /// Where the webhooks are.
    pub hooks: String,
    /// Its processes, the backing ones we made first.
    pub processes: Vec<Process>,
    /// For asking it.
    pub http: reqwest::Client,
    /// The lines to its database and its broker, when it has any.
    pub lines: Option<Lines>,
    folder: tempfile::TempDir,
    database: Option<TestDatabase>,
    _broker: Option<TestBroker>,
}

/// The lines to what the services depend on.
pub struct Lines {
    /// To PostgreSQL.
    pub database: Line,
    /// To RabbitMQ.
    pub broker: Line,
}

/// What a stack is told beside where its parts are.
pub type Extra<'a> = &'a [(&'a str, &'a str)];

impl Stack {
    /// One program on embedded parts. `programs` is the folder of the built programs.
    pub async fn one_program(programs: &Path, extra: Extra<'_>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let address = free_address()?;
        let data = folder.path().join("data");
        let environment = environment(
            &[
                ("XIN_HTTP_ADDR", &address),
                ("XIN_DATA_DIR", &data.to_string_lossy()),
            ],
            extra,
        );
        let process = process("xin", programs, &folder, environment, &address);
        let stack = Self {
            api: format!("http://{address}"),
            hooks: format!("http://{address}"),
            processes: vec![process],
            http: crate::http_client()?,
            lines: None,
            folder,
            database: None,
            _broker: None,
        };
        stack.started().await
    }

    /// Five services on PostgreSQL, RabbitMQ and Qdrant: a real one when `XIN_TEST_QDRANT_URL`
    /// names it, else the stand-in as a process of its own.
    pub async fn five_services(programs: &Path, extra: Extra<'_>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let database = TestDatabase::create().await?;
        let broker = TestBroker::create()?;
        let (database_url, database_line) = through_line(database.url(), 5432).await?;
        let (broker_url, broker_line) = through_line(broker.url(), 5672).await?;
        let lines = Lines {
            database: database_line,
            broker: broker_line,
        };
        let mut processes = Vec::new();
        let mut vectors = crate::setting("XIN_TEST_QDRANT_URL", "");
        if vectors.is_empty() {
            let address = free_address()?;
            vectors = format!("http://{address}");
            processes.push(qdrant_stand_in(programs, &folder, &address));
        }
        let data = folder.path().join("data");
        let files = format!("file:{}", data.join("files").display());
        let mut api = String::new();
        let mut hooks = String::new();
        let services = [
            "gateway",
            "webhook-ingest",
            "conversation",
            "knowledge-ingest",
            "ai-orchestrator",
        ];
        for name in services {
            let address = free_address()?;
            let environment = environment(
                &[
                    ("XIN_HTTP_ADDR", &address),
                    ("XIN_DATA_DIR", &data.to_string_lossy()),
                    ("DATABASE_URL", &database_url),
                    ("BROKER_URL", &broker_url),
                    ("VECTOR_URL", &vectors),
                    ("FILES_URL", &files),
                    ("XIN_SECRET_KEY", &"5c".repeat(32)),
                ],
                extra,
            );
            processes.push(process(name, programs, &folder, environment, &address));
            match name {
                "gateway" => api = format!("http://{address}"),
                "webhook-ingest" => hooks = format!("http://{address}"),
                _ => {}
            }
        }
        let stack = Self {
            api,
            hooks,
            processes,
            http: crate::http_client()?,
            lines: Some(lines),
            folder,
            database: Some(database),
            _broker: Some(broker),
        };
        stack.started().await
    }

    /// Starts everything at once, as an operator does, and waits until all of it is ready.
    async fn started(mut self) -> anyhow::Result<Self> {
        for process in &mut self.processes {
            process.start()?;
        }
        self.ready().await?;
        Ok(self)
    }

    /// Waits until every process is ready.
    pub async fn ready(&mut self) -> anyhow::Result<()> {
        for process in &mut self.processes {
            process.ready(&self.http).await?;
        }
        Ok(())
    }

    /// The process of that name.
    pub fn process(&mut self, name: &str) -> anyhow::Result<&mut Process> {
        self.processes
            .iter_mut()
            .find(|process| process.name == name)
            .with_context(|| format!("no process {name}"))
    }

    /// Where its PostgreSQL database is, when it has one.
    #[must_use]
    pub fn database_url(&self) -> Option<&str> {
        self.database.as_ref().map(TestDatabase::url)
    }

    /// The names of a tenant's stores of vectors on the disk of the embedded engine or the stand-in;
    /// of a real server none are seen.
    pub fn vector_stores(&self, tenant: &str) -> anyhow::Result<Vec<String>> {
        let mut names = Vec::new();
        for folder in ["data/vectors", "vectors"] {
            let Ok(entries) = std::fs::read_dir(self.folder.path().join(folder)) else {
                continue;
            };
            for entry in entries {
                let name = entry?.file_name().to_string_lossy().into_owned();
                if name.starts_with(tenant) {
                    names.push(name);
                }
            }
        }
        Ok(names)
    }

    /// What a process is told under that name.
    #[must_use]
    pub fn setting_of(&self, process: &str, name: &str) -> Option<&str> {
        let process = self.processes.iter().find(|found| found.name == process)?;
        let setting = process.environment.iter().find(|(known, _)| known == name);
        setting.map(|(_, value)| value.as_str())
    }

    /// What a process has printed so far.
    pub fn log(&self, name: &str) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(
            self.folder.path().join(format!("{name}.log")),
        )?)
    }
}

fn environment(own: Extra<'_>, extra: Extra<'_>) -> Vec<(String, String)> {
    let plain = [("XIN_LOG", "info"), ("XIN_LOG_FORMAT", "json")];
    let all = plain.iter().chain(own).chain(extra);
    all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn process(
    name: &'static str,
    programs: &Path,
    folder: &tempfile::TempDir,
    environment: Vec<(String, String)>,
    address: &str,
) -> Process {
    Process {
        name,
        program: programs.join(name),
        arguments: Vec::new(),
        environment,
        folder: folder.path().to_owned(),
        health: Some(format!("http://{address}/readyz")),
        child: None,
    }
}

fn qdrant_stand_in(programs: &Path, folder: &tempfile::TempDir, address: &str) -> Process {
    let vectors = folder.path().join("vectors");
    Process {
        name: "qdrant-stand-in",
        program: programs.join("qdrant-stand-in"),
        arguments: vec![
            "--addr".to_owned(),
            address.to_owned(),
            "--folder".to_owned(),
            vectors.to_string_lossy().into_owned(),
        ],
        environment: Vec::new(),
        folder: folder.path().to_owned(),
        // It speaks gRPC only; the services say when they reach it.
        health: None,
        child: None,
    }
}

/// The same address by way of a line.
async fn through_line(url: &str, port: u16) -> anyhow::Result<(String, Line)> {
    let mut url = Url::parse(url)?;
    let host = url.host_str().context("the server has no host")?;
    let line = Line::to(format!("{host}:{}", url.port().unwrap_or(port))).await?;
    let begins = line.address();
    url.set_host(Some(&begins.ip().to_string()))?;
    url.set_port(Some(begins.port()))
        .map_err(|()| anyhow::anyhow!("no port in {url}"))?;
    Ok((url.to_string(), line))
}

/// An address that was free a moment ago.
pub fn free_address() -> anyhow::Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
