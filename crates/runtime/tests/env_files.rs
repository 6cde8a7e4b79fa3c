//! The three env files are complete and load.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use xin_runtime::settings::{Environment, Service, Settings, table};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every name in a file, those in comments too: `# NAME=` offers a variable without setting it.
fn names(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| line.trim_start_matches(['#', ' ']).split_once('='))
        .map(|(name, _)| name.trim().to_owned())
        .filter(|name| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|letter| letter.is_ascii_uppercase() || letter == '_')
        })
        .map(|name| {
            let plain = name.strip_suffix("_FILE").filter(|plain| {
                table::all().any(|variable| variable.secret && variable.name == *plain)
            });
            plain.map_or(name.clone(), str::to_owned)
        })
        .collect()
}

#[test]
fn every_variable_is_in_every_file_and_no_other() {
    let wanted: BTreeSet<String> = table::all()
        .map(|variable| variable.name.to_owned())
        .collect();
    for file in [".env.local", ".env.docker", ".env.production"] {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        assert_eq!(names(&text), wanted, "{file}");
    }
}

#[test]
fn the_files_load() {
    for (file, is_complete) in [
        (".env.local", true),
        (".env.docker", true),
        (".env.production", false),
    ] {
        let environment = Environment::of_file(&root().join(file)).unwrap();
        for service in Service::ALL
            .into_iter()
            .filter(|service| *service != Service::Xin)
        {
            let loaded = Settings::load(&environment, service);
            assert_eq!(
                loaded.is_ok(),
                is_complete,
                "{file} for {}: {loaded:?}",
                service.name()
            );
            // What production lacks is its secrets, and nothing else.
            for problem in loaded.err().map(|problems| problems.0).unwrap_or_default() {
                assert!(
                    problem.contains("_FILE") || problem.contains("needed"),
                    "{problem}"
                );
            }
        }
    }
}
