//! The values that options take.

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command, Error, ValueEnum};
use std::ffi::OsStr;
use std::path::PathBuf;
use svclint::catalogue;
use svclint::catalogue::PAGES;
use svclint::diagnostic::Severity;
use svclint::kube::validation::names;

/// How lists are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A table
    #[default]
    Text,
    /// One JSON object for programs
    Json,
}

/// How traces are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TraceFormat {
    /// One line for each step
    #[default]
    Text,
    /// One JSON object for programs
    Json,
}

/// How the paths of the traffic are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// A flowchart for Markdown, as GitHub and GitLab show it: at most 60 edges
    #[default]
    Mermaid,
    /// The language of Graphviz
    Dot,
    /// The language of D2
    D2,
    /// One page that needs no network: a table of the paths, and a picture of each
    Html,
    /// One JSON object for programs
    Json,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With the lines that they are about
    #[default]
    Full,
    /// One line each: `path:line:col: severity[rule]: message`
    Concise,
    /// One JSON object for programs
    #[value(alias = "json-v1")]
    Json,
    /// SARIF 2.1.0, for GitHub code scanning and others
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// A code quality report of GitLab
    Gitlab,
    #[value(help = "JUnit XML, which every CI system can show")]
    Junit,
    /// A page with a table, such as the step summary of GitHub Actions
    Markdown,
}

/// A report that goes to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportFile {
    pub(crate) format: Format,
    pub(crate) path: PathBuf,
}

impl ReportFile {
    /// Reads `sarif=svclint.sarif`.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let Some((format, path)) = text.split_once('=') else {
            return Err("write it like sarif=svclint.sarif".to_owned());
        };
        let format = Format::from_str(format, false).map_err(|_| {
            let known = Format::value_variants().iter();
            let names =
                known.filter_map(|known| Some(known.to_possible_value()?.get_name().to_owned()));
            format!(
                "`{format}` is no format: use one of {}",
                names.collect::<Vec<_>>().join(", ")
            )
        })?;
        match path {
            "" => Err(format!("no file is named behind `{text}`")),
            "-" => Err(
                "a report goes to a file: `--format` says what goes to standard output".to_owned(),
            ),
            path => Ok(Self {
                format,
                path: path.into(),
            }),
        }
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// If standard output is a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl From<Color> for svclint::report::Color {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}

/// Whose configuration and baseline decide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SettingsFrom {
    /// Those of today
    #[default]
    Change,
    /// Those of the base revision
    Base,
}

/// From which severity on findings count for the exit status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors count
    #[default]
    Error,
    /// Warnings count too
    Warning,
    /// Everything counts
    Info,
    /// Nothing counts
    Never,
}

impl FailOn {
    /// The least severity that counts.
    pub(crate) fn threshold(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

/// A word, and the ids that it stands for: a rule's own, or those of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuleNames {
    pub(crate) word: String,
    pub(crate) ids: &'static [&'static str],
}

/// Reads the id of a rule or the name of a group, and tells shells which there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct RuleParser;

impl TypedValueParser for RuleParser {
    type Value = RuleNames;

    fn parse_ref(
        &self,
        command: &Command,
        option: Option<&Arg>,
        word: &OsStr,
    ) -> Result<RuleNames, Error> {
        rule_names.parse_ref(command, option, word)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let groups = catalogue::groups().map(PossibleValue::new);
        Some(Box::new(ids().chain(groups)))
    }
}

/// Takes anything for the id of a rule, and tells shells which there are: what is wrong with one
/// is said by the command.
#[derive(Clone, Copy, Debug)]
pub(super) struct RuleIdParser;

impl TypedValueParser for RuleIdParser {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        option: Option<&Arg>,
        word: &OsStr,
    ) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, option, word)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(ids()))
    }
}

fn ids() -> impl Iterator<Item = PossibleValue> {
    PAGES.iter().map(|rule| PossibleValue::new(rule.id))
}

fn rule_names(word: &str) -> Result<RuleNames, String> {
    let ids = catalogue::named(word)?;
    let word = word.to_owned();
    Ok(RuleNames { word, ids })
}

/// Reads the name of a namespace.
pub(super) fn namespace(text: &str) -> Result<String, String> {
    match names::is_dns1123_label(text).first() {
        None => Ok(text.to_owned()),
        Some(message) => Err(message.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_name_a_format_and_a_file() {
        let read = |text| ReportFile::read(text).map(|file| (file.format, file.path));
        let expected = (Format::Sarif, PathBuf::from("a=b.sarif"));
        assert_eq!(read("sarif=a=b.sarif"), Ok(expected));
        for wrong in ["sarif", "sarif=", "sarif=-", "xml=a.xml", "=a"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
