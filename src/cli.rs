//! The command line: types only. What they mean is in the library.

use clap::builder::ArgPredicate;
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;
use svclint::config::Date;
use svclint::diagnostic::Severity;
use svclint::rules;
use svclint::validation::{KubeVersion, names};

const EXAMPLES: &str = "\
Examples:
  svclint                                  Lint everything below the current directory
  svclint shop/service.yaml                Report on one file; what it links to is found beside it
  svclint --helm shop --values prod.yaml   Lint what a chart renders
  svclint --kustomize prod                 Lint what an overlay builds
  helm template shop | svclint -           Lint what comes in on standard input
  svclint --only target-port-name-not-found --format concise
  svclint explain target-port-name-not-found

Exit status: 0 no error was found (see --fail-on), 1 one was, 2 the job could not be done";

/// The groups are those that the rules say they belong to.
fn examples_and_groups() -> String {
    let groups: BTreeSet<String> = rules::ALL.iter().map(|rule| rule.meta().group).collect();
    let groups: Vec<String> = groups.into_iter().collect();
    let groups = groups.join(", ");
    format!("{EXAMPLES}\n\nGroups of rules: {groups} (`svclint rules` lists what is in them)")
}

/// Finds the Services in Kubernetes manifests whose traffic goes nowhere.
///
/// svclint links every Service to the pods that it selects, and follows each of its ports to a
/// container, before anything is deployed. It needs no cluster and no network.
#[derive(Debug, Parser)]
#[command(name = "svclint", version, after_help = EXAMPLES, after_long_help = examples_and_groups())]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) lint: Lint,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the rules
    Rules {
        /// How to write the list
        #[arg(long, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Say what a rule checks, why it matters, and how to fix what it finds
    Explain {
        /// The id of the rule
        rule: String,
    },
    /// Write what goes with the program
    #[command(hide = true)]
    Generate {
        #[command(subcommand)]
        what: Generate,
    },
}

/// What can be generated.
#[derive(Debug, Subcommand)]
pub(crate) enum Generate {
    /// A JSON schema
    Schema {
        /// What it is the schema of
        #[arg(value_enum)]
        of: Schema,
    },
}

/// What there are schemas of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Schema {
    /// `.svclint.yaml`
    Config,
}

/// How lists are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A table
    #[default]
    Text,
    /// One JSON object for programs
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// Files and directories to report on, or `-` for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    #[arg(default_value_ifs = [("charts", ArgPredicate::IsPresent, None), ("kustomizations", ArgPredicate::IsPresent, None)])]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) rules: Rules,
    #[command(flatten)]
    pub(crate) configuration: Configuration,
    #[command(flatten)]
    pub(crate) cluster: Cluster,
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) builds: Builds,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct Rules {
    /// Run these rules too: ids or groups, with commas between them
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_names)]
    pub(crate) select: Vec<RuleNames>,
    /// Do not run these rules: ids or groups
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_names)]
    pub(crate) ignore: Vec<RuleNames>,
    /// Run these rules and no other: ids or groups
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_names)]
    #[arg(conflicts_with = "select")]
    pub(crate) only: Vec<RuleNames>,
    /// Report what these rules or groups of rules find as errors
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_names)]
    pub(crate) error: Vec<RuleNames>,
    /// Report what these rules or groups of rules find as warnings
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_names)]
    pub(crate) warn: Vec<RuleNames>,
    /// Switch these rules or groups of rules off
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_names)]
    pub(crate) off: Vec<RuleNames>,
    /// Run the opt-in rules too, and show findings of severity info
    #[arg(long)]
    pub(crate) pedantic: bool,
}

/// A word, and the ids that it stands for: a rule's own, or those of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuleNames {
    pub(crate) word: String,
    pub(crate) ids: Vec<&'static str>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct Configuration {
    /// Use this configuration instead of the nearest `.svclint.yaml`
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Use no configuration
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,
    /// Print what holds and where it comes from, and lint nothing
    #[arg(long)]
    pub(crate) show_config: bool,
    /// Do not report the findings that this file knows
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write all findings to this file, as known ones, instead of reporting them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "prune_baseline"])]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Remove what is no longer found from the baseline
    #[arg(long)]
    pub(crate) prune_baseline: bool,
    /// The day on which ignores end or not; that of the clock if it is not given
    #[arg(long, value_name = "DATE", env = "SVCLINT_TODAY", hide = true)]
    pub(crate) today: Option<Date>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Cluster")]
pub(crate) struct Cluster {
    /// The namespace of objects that name none
    #[arg(long, short, value_name = "NAME", value_parser = namespace)]
    pub(crate) namespace: Option<String>,
    /// The version of Kubernetes that decides
    ///
    /// [default: 1.36]
    #[arg(long, value_name = "VERSION")]
    pub(crate) kube_version: Option<KubeVersion>,
    /// Take it that nothing exists but what is in the input
    #[arg(long)]
    pub(crate) closed_world: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct Input {
    /// Read the manifests here too, without reporting on them: no Service is said to lack the pods that it selects here
    #[arg(long, value_name = "PATH")]
    pub(crate) context: Vec<PathBuf>,
    /// Report only what is new since this branch left another revision of the git repository
    #[arg(long, value_name = "REV", conflicts_with = "write_baseline")]
    pub(crate) base: Option<String>,
    /// Link with nothing but the given paths
    #[arg(long, conflicts_with = "context")]
    pub(crate) isolated: bool,
    /// Leave out what matches this pattern when walking directories
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// Leave out excluded and ignored files also when they are named
    #[arg(long)]
    pub(crate) force_exclude: bool,
    /// What to call standard input, which `-` names
    #[arg(long, value_name = "NAME")]
    pub(crate) stdin_filename: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Charts and overlays")]
pub(crate) struct Builds {
    /// Lint what this chart renders: runs `helm template`
    #[arg(id = "charts", long = "helm", value_name = "CHART")]
    pub(crate) charts: Vec<PathBuf>,
    /// Take the values of charts from this file
    #[arg(long, value_name = "FILE", requires = "charts")]
    pub(crate) values: Vec<PathBuf>,
    /// Set a value of charts
    #[arg(long, value_name = "KEY=VALUE", requires = "charts")]
    pub(crate) set: Vec<String>,
    /// The name of the release [default: that of helm]
    #[arg(long, value_name = "NAME", requires = "charts")]
    pub(crate) release_name: Option<String>,
    /// Lint what this kustomization builds: runs `kustomize build`, or else `kubectl kustomize`
    #[arg(id = "kustomizations", long = "kustomize", value_name = "DIR")]
    pub(crate) kustomizations: Vec<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// How to write findings
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Write a report in a format to a file too, beside the one on standard output; repeatable
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file)]
    pub(crate) report: Vec<ReportFile>,
    /// When to use colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Print findings and nothing else
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// List what was not checked, and why
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// The severity from which on findings make the exit status 1
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,
    /// Exit with 0 whatever is found
    #[arg(long)]
    pub(crate) exit_zero: bool,
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

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    #[default]
    Error,
    Warning,
    Info,
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

/// Reads `sarif=svclint.sarif`.
fn report_file(text: &str) -> Result<ReportFile, String> {
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
        "-" => {
            Err("a report goes to a file: `--format` says what goes to standard output".to_owned())
        }
        path => Ok(ReportFile {
            format,
            path: path.into(),
        }),
    }
}

fn rule_names(word: &str) -> Result<RuleNames, String> {
    let ids = rules::named(word)?;
    let word = word.to_owned();
    Ok(RuleNames { word, ids })
}

fn namespace(text: &str) -> Result<String, String> {
    match names::is_dns1123_label(text).first() {
        None => Ok(text.to_owned()),
        Some(message) => Err(message.to_string()),
    }
}

impl Cli {
    /// Reads the arguments, and checks what a parser of single ones does not see.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        Self::read_from(std::env::args_os())
    }

    fn read_from(
        words: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    ) -> Result<Self, clap::Error> {
        let cli = Self::try_parse_from(words)?;
        cli.lint.check()?;
        Ok(cli)
    }
}

impl Lint {
    fn check(&self) -> Result<(), clap::Error> {
        let reads_stdin = self.paths.iter().any(|path| path.as_os_str() == "-");
        if self.input.stdin_filename.is_some() && !reads_stdin {
            let message =
                "--stdin-filename names what `-` reads, and there is no `-` among the paths";
            return Err(Cli::command().error(ErrorKind::MissingRequiredArgument, message));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Cli {
        let words = std::iter::once("svclint").chain(line.split_whitespace());
        Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    fn paths(line: &str) -> Vec<String> {
        let cli = parse(line);
        assert!(cli.command.is_none(), "{line}");
        let paths = cli.lint.paths.iter();
        paths
            .map(|path| path.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_no_flag_can_mean_is_refused() {
        for line in [
            "--namespace=",
            "-n Prod_X",
            "-n a.b",
            "--kube-version 9.9",
            "--stdin-filename a.yaml",
            "--stdin-filename a.yaml b.yaml",
            "--format json --format full",
        ] {
            let words = std::iter::once("svclint").chain(line.split_whitespace());
            assert!(Cli::read_from(words).is_err(), "{line}");
        }
        for line in [
            "-n prod-2",
            "--kube-version v1.30.1",
            "- --stdin-filename a.yaml",
        ] {
            let words = std::iter::once("svclint").chain(line.split_whitespace());
            assert!(Cli::read_from(words).is_ok(), "{line}");
        }
    }

    #[test]
    fn paths_and_commands_are_told_apart() {
        assert_eq!(paths(""), ["."]);
        assert_eq!(paths("-"), ["-"]);
        assert_eq!(paths("a.yaml -"), ["a.yaml", "-"]);
        assert_eq!(paths("./explain"), ["./explain"]);
        assert_eq!(paths("-- explain"), ["explain"]);
        assert_eq!(paths("a.yaml rules"), ["a.yaml", "rules"]);
        assert_eq!(paths("--quiet rules"), ["rules"]);
        assert_eq!(paths("--helm shop"), [""; 0]);
        assert_eq!(paths("--helm shop --kustomize prod ."), ["."]);
        assert!(matches!(
            parse("rules").command,
            Some(Command::Rules { .. })
        ));
        let explain = parse("explain x").command;
        assert!(matches!(explain, Some(Command::Explain { rule }) if rule == "x"));
    }

    #[test]
    fn rule_lists_are_separated_by_commas_and_repeated() {
        let parsed = parse("--select duplicate-key,ports --select=unknown-field").lint;
        let words = parsed.rules.select.iter().map(|names| names.ids.as_slice());
        let words: Vec<_> = words.collect();
        assert_eq!([words[0], words[2]], [["duplicate-key"], ["unknown-field"]]);
        assert!(words[1].len() > 1);
        assert!(Cli::try_parse_from(["svclint", "--ignore", "duplicate-keys"]).is_err());
    }

    #[test]
    fn reports_name_a_format_and_a_file() {
        let read = |text| report_file(text).map(|file| (file.format, file.path));
        let expected = (Format::Sarif, PathBuf::from("a=b.sarif"));
        assert_eq!(read("sarif=a=b.sarif"), Ok(expected));
        for wrong in ["sarif", "sarif=", "sarif=-", "xml=a.xml", "=a"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn versions_are_read_as_servers_write_them() {
        let minor = |text: &str| text.parse().map(|version: KubeVersion| version.minor).ok();
        let help = Cli::command().render_long_help().to_string();
        let default = format!("[default: {}]", KubeVersion::default());
        assert!(help.contains(&default), "{help}");
        assert_eq!(minor("1.29"), Some(29));
        assert_eq!(minor("v1.31.4-gke.100"), Some(31));
        assert_eq!(minor("1.27+"), Some(27));
        assert_eq!(minor("2.0"), None);
        assert_eq!(minor("1"), None);
        assert_eq!(minor("1.x"), None);
    }
}
