//! A RabbitMQ virtual host per test, deleted when the test ends.

use std::process::Command;

use anyhow::{Context, ensure};
use url::Url;

/// Where the server is, unless `XIN_TEST_RABBITMQ_URL` says otherwise.
const DEFAULT_SERVER: &str = "amqp://guest:guest@127.0.0.1:5672/%2f";

/// A virtual host of one test.
pub struct TestBroker {
    name: String,
    url: String,
}

impl TestBroker {
    /// Makes a virtual host; fails when there is no server, since a test that needs one must not
    /// pass without it.
    pub fn create() -> anyhow::Result<Self> {
        let server = crate::setting("XIN_TEST_RABBITMQ_URL", DEFAULT_SERVER);
        let name = format!("xin_test_{}", crate::client::uuid());
        let mut url = Url::parse(&server)?;
        url.set_path(&name);
        rabbitmqctl(&["add_vhost", &name])?;
        rabbitmqctl(&[
            "set_permissions",
            "-p",
            &name,
            url.username(),
            ".*",
            ".*",
            ".*",
        ])?;
        Ok(Self {
            url: url.to_string(),
            name,
        })
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Breaks every connection, as an outage of the network would.
    pub fn break_connections(&self) -> anyhow::Result<()> {
        rabbitmqctl(&["close_all_connections", "-p", &self.name, "test"])
    }
}

impl Drop for TestBroker {
    fn drop(&mut self) {
        if rabbitmqctl(&["delete_vhost", &self.name]).is_err() {
            eprintln!("the virtual host {} was left behind", self.name);
        }
    }
}

fn rabbitmqctl(arguments: &[&str]) -> anyhow::Result<()> {
    let output = Command::new("rabbitmqctl")
        .args(arguments)
        .output()
        .context("RabbitMQ's rabbitmqctl is required by this test and not installed")?;
    ensure!(
        output.status.success(),
        "rabbitmqctl {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
