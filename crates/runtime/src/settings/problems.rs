//! Everything wrong with a configuration, at once.

use std::fmt;

/// Everything wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsProblems(pub Vec<String>);

impl fmt::Display for SettingsProblems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "the configuration is wrong:")?;
        for problem in &self.0 {
            writeln!(formatter, "  - {problem}")?;
        }
        formatter.write_str("docs/configuration.md describes every setting")
    }
}

impl std::error::Error for SettingsProblems {}
