//! What an operator can ask of the program.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use xin_platform::Parts;
use xin_runtime::settings::{Environment, documentation};
use xin_runtime::{Service, Settings, Shutdown};

use crate::wire;

const HELP: &str = "\
xin                                  serve everything on embedded parts
xin check-config --env-file FILE     list every problem of a configuration, for each service
xin dead-letters [list]              messages that no handler could take
xin dead-letters replay ID           put one back on its queue
xin openapi                          print the OpenAPI document
xin configuration                    print docs/configuration.md";

/// Dead letters in one listing.
const LISTED: u16 = 200;

/// Runs a command.
pub fn run(arguments: &[&str]) -> ExitCode {
    match arguments {
        [] | ["serve"] => xin_runtime::start(Service::Xin, wire::serve),
        ["openapi"] => print(
            gateway::openapi()
                .to_pretty_json()
                .map_err(anyhow::Error::from),
        ),
        ["configuration"] => print(Ok(documentation())),
        ["check-config", "--env-file", file] => check_configuration(Path::new(file)),
        ["dead-letters"] | ["dead-letters", "list"] => {
            xin_runtime::start(Service::Xin, list_dead_letters)
        }
        ["dead-letters", "replay", id] => {
            let id = (*id).to_owned();
            xin_runtime::start(Service::Xin, move |settings, shutdown| {
                replay_dead_letter(settings, shutdown, id)
            })
        }
        ["help" | "--help" | "-h"] => print(Ok(HELP.to_owned())),
        _ => {
            eprintln!("{HELP}");
            ExitCode::from(2)
        }
    }
}

fn print(text: anyhow::Result<String>) -> ExitCode {
    match text {
        Ok(text) => {
            println!("{}", text.trim_end());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn check_configuration(file: &Path) -> ExitCode {
    let environment = match Environment::of_file(file) {
        Ok(environment) => environment,
        Err(problems) => {
            eprintln!("{problems}");
            return ExitCode::FAILURE;
        }
    };
    let mut all_good = true;
    for service in Service::ALL {
        match Settings::load(&environment, service) {
            Ok(_) => println!("{}: fine", service.name()),
            Err(problems) => {
                all_good = false;
                println!("{}: {problems}", service.name());
            }
        }
    }
    if all_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn list_dead_letters(settings: Settings, _shutdown: Shutdown) -> anyhow::Result<()> {
    let parts = Parts::open(settings).await?;
    for letter in parts.broker.dead_letters(LISTED).await? {
        let envelope = letter.envelope;
        println!(
            "{}  {}  {}  {}  attempt {}  {}",
            envelope.message_id.simple(),
            letter.failed_at.format("%Y-%m-%d %H:%M:%S"),
            envelope.tenant_id,
            envelope.routing_key.as_str(),
            envelope.attempt,
            letter.error
        );
    }
    Ok(())
}

async fn replay_dead_letter(
    settings: Settings,
    _shutdown: Shutdown,
    id: String,
) -> anyhow::Result<()> {
    let id = id
        .parse()
        .context("an id is 32 hexadecimal digits, as the list prints them")?;
    let parts = Parts::open(settings).await?;
    anyhow::ensure!(
        parts.broker.replay(id).await?,
        "there is no dead letter of that id"
    );
    println!("replayed");
    Ok(())
}
