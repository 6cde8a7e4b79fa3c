//! Variables, from the process and from files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::table::{self, ENV_FILE};
use super::{Service, SettingsProblems};

/// Names with this beginning belong to the tests.
const TEST_PREFIX: &str = "XIN_TEST_";
const OUR_PREFIX: &str = "XIN_";
const LOCAL_FILE: &str = ".env.local";

/// Variables by name.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// What the process was given, over what its env file says. The five services read
    /// `.env.local` where there is one; `xin` runs with nothing set.
    pub fn of_process(service: Service) -> Result<Self, SettingsProblems> {
        let given: BTreeMap<String, String> = std::env::vars().collect();
        let file = match given.get(ENV_FILE) {
            Some(path) if path.is_empty() => None,
            Some(path) => Some(PathBuf::from(path)),
            None => local_file(service, &given),
        };
        let mut all = match file {
            Some(path) => Self::of_file(&path)?.0,
            None => BTreeMap::new(),
        };
        all.extend(given);
        Ok(Self(all))
    }

    /// What a file says.
    pub fn of_file(path: &Path) -> Result<Self, SettingsProblems> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            SettingsProblems(vec![format!("{} cannot be read: {error}", path.display())])
        })?;
        Self::parse(&text).map_err(|problems| {
            SettingsProblems(
                problems
                    .0
                    .into_iter()
                    .map(|problem| format!("{}: {problem}", path.display()))
                    .collect(),
            )
        })
    }

    /// What the text of an env file says.
    pub fn parse(text: &str) -> Result<Self, SettingsProblems> {
        let mut variables = BTreeMap::new();
        for item in dotenvy::Iter::new(text.as_bytes()) {
            let (name, value) = item.map_err(|error| SettingsProblems(vec![error.to_string()]))?;
            if variables.insert(name.clone(), value).is_some() {
                return Err(SettingsProblems(vec![format!("{name} is set twice")]));
            }
        }
        Ok(Self(variables))
    }

    /// The value of a variable; empty counts as absent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Names of ours that do not exist, each with the nearest that does.
    #[must_use]
    pub fn unknown(&self) -> Vec<String> {
        self.names()
            .filter(|name| name.starts_with(OUR_PREFIX) && !name.starts_with(TEST_PREFIX))
            .filter(|name| !is_known(name))
            .map(|name| match nearest(name) {
                Some(known) => format!("{name} is no setting; do you mean {known}?"),
                None => format!("{name} is no setting"),
            })
            .collect()
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        let owned = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self(owned.into_iter().collect())
    }
}

fn local_file(service: Service, given: &BTreeMap<String, String>) -> Option<PathBuf> {
    let is_local = given
        .get("XIN_ENVIRONMENT")
        .is_none_or(|stage| stage == "local");
    let path = PathBuf::from(LOCAL_FILE);
    (service != Service::Xin && is_local && path.is_file()).then_some(path)
}

fn is_known(name: &str) -> bool {
    table::all().any(|variable| {
        variable.name == name
            || (variable.secret && name.strip_suffix("_FILE") == Some(variable.name))
    })
}

/// The known name that shares the longest beginning and end with a wrong one.
fn nearest(name: &str) -> Option<&'static str> {
    let alike = |known: &str| {
        let pairs = |left: &mut dyn Iterator<Item = char>,
                     right: &mut dyn Iterator<Item = char>| {
            left.zip(right)
                .take_while(|(left, right)| left == right)
                .count()
        };
        pairs(&mut name.chars(), &mut known.chars())
            + pairs(&mut name.chars().rev(), &mut known.chars().rev())
    };
    table::all()
        .map(|variable| variable.name)
        .filter(|known| alike(known) > OUR_PREFIX.len() + 3)
        .max_by_key(|known| alike(known))
}
