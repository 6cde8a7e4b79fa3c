//! Reads variables one by one and collects what is wrong with them.

use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

use url::Url;

use super::environment::Environment;
use super::secret::Secret;

/// Reads variables and collects problems.
pub struct Reader<'a> {
    environment: &'a Environment,
    pub problems: Vec<String>,
}

impl<'a> Reader<'a> {
    pub fn new(environment: &'a Environment) -> Self {
        Self {
            environment,
            problems: environment.unknown(),
        }
    }

    pub fn problem(&mut self, problem: impl Into<String>) {
        self.problems.push(problem.into());
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.environment.get(name).map(str::to_owned)
    }

    /// A value of a type, or the default; a value that does not read is a problem.
    pub fn parse<T>(&mut self, name: &str, default: T) -> T
    where
        T: FromStr,
        T::Err: Display,
    {
        match self.environment.get(name).map(str::parse) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(error)) => {
                self.problem(format!("{name}: {error}"));
                default
            }
        }
    }

    /// A number within bounds.
    pub fn number<T>(&mut self, name: &str, default: T, bounds: (T, T)) -> T
    where
        T: FromStr + PartialOrd + Display + Copy,
        T::Err: Display,
    {
        let value = self.parse(name, default);
        let (least, most) = bounds;
        if value < least || value > most {
            self.problem(format!("{name} must be from {least} to {most}"));
            return default;
        }
        value
    }

    pub fn url(&mut self, name: &str, schemes: &[&str]) -> Option<Url> {
        let text = self.environment.get(name)?.to_owned();
        self.check_url(name, &text, schemes)
    }

    pub fn secret_url(&mut self, name: &str, schemes: &[&str]) -> Option<Url> {
        let text = self.secret(name)?;
        self.check_url(name, text.expose(), schemes)
    }

    fn check_url(&mut self, name: &str, text: &str, schemes: &[&str]) -> Option<Url> {
        match Url::parse(text) {
            Ok(url) if schemes.contains(&url.scheme()) => Some(url),
            // The value is not repeated: it may hold a password.
            _ => {
                self.problem(format!(
                    "{name} must be a URL with {}",
                    schemes.join(" or ")
                ));
                None
            }
        }
    }

    /// A secret, from the variable or from the file that its twin names.
    pub fn secret(&mut self, name: &str) -> Option<Secret> {
        let file_name = format!("{name}_FILE");
        let (value, file) = (self.environment.get(name), self.environment.get(&file_name));
        match (value, file) {
            (Some(_), Some(_)) => {
                self.problem(format!("{name} and {file_name} are both set; keep one"));
                None
            }
            (Some(value), None) => Some(Secret::new(value)),
            (None, Some(path)) => match std::fs::read_to_string(Path::new(path)) {
                Ok(text) if !text.trim().is_empty() => Some(Secret::new(text.trim())),
                Ok(_) => {
                    self.problem(format!("{file_name}: {path} is empty"));
                    None
                }
                Err(error) => {
                    self.problem(format!("{file_name}: {path} cannot be read: {error}"));
                    None
                }
            },
            (None, None) => None,
        }
    }
}
