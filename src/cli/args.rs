//! The arguments: types only. What they mean is in the library.

pub(crate) use super::values::{
    Color, FailOn, Format, GraphFormat, ListFormat, ReportFile, RuleNames, SettingsFrom,
    TraceFormat,
};

use super::help;
use super::values::{RuleIdParser, RuleParser, namespace};
use clap::builder::ArgPredicate;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use std::path::PathBuf;
use svclint::kube::KubeVersion;
use svclint::settings::Date;
use svclint::trace::{ObjectName, ServiceName};

/// Finds the Services in Kubernetes manifests whose traffic goes nowhere.
///
/// svclint links every Service to the pods that it selects, and follows each of its ports to a
/// container, before anything is deployed. It needs no cluster and no network.
#[derive(Debug, Parser)]
#[command(name = "svclint", version, after_help = help::SHORT, after_long_help = help::long())]
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
        /// List the kinds of custom resources that are read instead
        #[arg(long)]
        kinds: bool,
    },
    /// Say what a rule checks, why it matters, and how to fix what it finds
    Explain {
        /// The id of the rule, as it stands in brackets behind the severity of a finding; or a kind
        /// of custom resources, or a command
        #[arg(value_parser = RuleIdParser, hide_possible_values = true)]
        rule: String,
    },
    /// Show where the traffic goes: the way from a Service to its pods, right or wrong
    ///
    /// Each step is one line, with the place where it is written. The exit status is 1 where
    /// traffic has nowhere to go or a network policy stops it, and 2 where what is asked for is not
    /// in the input.
    Trace(Box<Trace>),
    /// Draw the paths of the traffic: from where it comes in, by Services, to the pods
    ///
    /// The exit status is 1 where a path is broken, and 2 where what is asked for is not in the
    /// input.
    Graph(Box<Graph>),
    /// Write completions for a shell, the man page, or a JSON schema
    Generate {
        #[command(subcommand)]
        what: Generate,
    },
}

/// What can be generated.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Generate {
    /// Completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// The man page, in roff
    Man,
    /// A JSON schema
    Schema {
        /// What it is the schema of
        #[arg(value_enum, value_name = "SCHEMA")]
        of: Schema,
    },
}

/// What there are schemas of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Schema {
    /// `.svclint.yaml`
    Config,
    /// What `--format json` writes
    Report,
    /// What `svclint trace --format json` writes
    Trace,
    /// What `svclint graph --format json` writes
    Graph,
}

#[derive(Debug, Args)]
pub(crate) struct Trace {
    /// What to trace, and files and directories to look for it in, or `-` for standard input
    ///
    /// What to trace is a Service, as in `svc/cart`, `shop/cart` or `cart:http`; a workload, as in
    /// `deploy/web` or `StatefulSet/shop/db`, to which ways lead; all Services of a namespace, as
    /// in `ns/shop`; or the address of an Ingress or a route, as in
    /// `https://shop.example.com/cart`. Without it, all ports of all Services are traced. A first
    /// word that is a file or a directory is read.
    #[arg(value_name = "TARGET_OR_PATH")]
    pub(crate) words: Vec<String>,
    /// The workload that opens the connection, as in `deploy/web`: network policies are asked too
    #[arg(long, value_name = "WORKLOAD", requires = "to")]
    pub(crate) from: Option<ObjectName>,
    /// The Service that it connects to, as in `cart:80` or `shop/cart:http`
    #[arg(long, value_name = "SERVICE", requires = "from")]
    pub(crate) to: Option<ServiceName>,
    /// Trace the way from every workload to every port of every Service, or of those in a namespace
    /// (`--all ns/shop`)
    #[arg(long, conflicts_with_all = ["from", "to"])]
    pub(crate) all: bool,
    /// Show the paths that are not what they were when the branch left this revision
    ///
    /// Those that are introduced, broken, healed, moved to other pods, or gone, and nothing else.
    /// The revision is a branch, a tag or a commit that git knows.
    #[arg(long, value_name = "REV", conflicts_with_all = ["from", "to", "all"])]
    pub(crate) base: Option<String>,
    /// Show the labels of pods too, and all that tells of what is wrong
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// How to write the traces
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TraceFormat,
    /// When to use colour
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        hide_short_help = true
    )]
    pub(crate) color: Color,
    #[command(flatten)]
    pub(crate) scope: Scope,
}

/// What a trace looks at, like a lint.
#[derive(Debug, Args)]
pub(crate) struct Scope {
    #[command(flatten)]
    pub(crate) config: ConfigFile,
    #[command(flatten)]
    pub(crate) cluster: Cluster,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) builds: Builds,
}

#[derive(Debug, Args)]
pub(crate) struct Graph {
    /// What to draw, and files and directories to look for it in, or `-` for standard input
    ///
    /// What to draw is a Service, a workload or an address, as for `svclint trace`. Without it, all
    /// paths are drawn. A first word that is a file or a directory is read.
    #[arg(value_name = "TARGET_OR_PATH")]
    pub(crate) words: Vec<String>,
    /// Draw the paths that are not what they were when the branch left this revision
    ///
    /// Those that are introduced, broken, healed or moved to other pods, each with this word, and
    /// nothing else. Paths that are gone are drawn too where nothing but the picture is written.
    /// The revision is a branch, a tag or a commit that git knows.
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    /// How to draw the paths
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: GraphFormat,
    #[command(flatten)]
    pub(crate) scope: Scope,
}

#[derive(Debug, Default, Args)]
pub(crate) struct Lint {
    /// Files and directories to report on, or `-` for standard input
    ///
    /// Directories are searched for .yaml, .yml and .json files, without hidden ones and those
    /// that .gitignore or .ignore name. What a file links to is found beside it, though the report
    /// is on the file alone.
    #[arg(value_name = "PATH", default_value = ".")]
    #[arg(default_value_if("charts", ArgPredicate::IsPresent, None))]
    #[arg(default_value_if("kustomizations", ArgPredicate::IsPresent, None))]
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

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct Rules {
    /// Run these rules and no other: ids or groups, with commas between them
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    #[arg(value_parser = RuleParser, hide_possible_values = true)]
    #[arg(conflicts_with_all = ["select", "pedantic"])]
    pub(crate) only: Vec<RuleNames>,
    /// Run these rules too: ids or groups
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    #[arg(value_parser = RuleParser, hide_possible_values = true)]
    pub(crate) select: Vec<RuleNames>,
    /// Do not run these rules: ids or groups
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    #[arg(value_parser = RuleParser, hide_possible_values = true)]
    pub(crate) ignore: Vec<RuleNames>,
    /// Report what these rules or groups find as errors
    ///
    /// An opt-in rule that is named itself runs.
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        hide_short_help = true
    )]
    #[arg(value_parser = RuleParser, hide_possible_values = true)]
    pub(crate) error: Vec<RuleNames>,
    /// Report what these rules or groups find as warnings
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        hide_short_help = true
    )]
    #[arg(value_parser = RuleParser, hide_possible_values = true)]
    pub(crate) warn: Vec<RuleNames>,
    /// Switch these rules or groups off, whatever the configuration says
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        hide_short_help = true
    )]
    #[arg(value_parser = RuleParser, hide_possible_values = true)]
    pub(crate) off: Vec<RuleNames>,
    /// Run the opt-in rules too, and show findings of severity info
    #[arg(long)]
    pub(crate) pedantic: bool,
}

/// Which configuration holds.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct ConfigFile {
    /// Use this configuration instead of the nearest `.svclint.yaml`
    ///
    /// Without it, `.svclint.yaml` or `svclint.yaml` is looked for from the linted paths upwards
    /// to the root of the repository.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) config: Option<PathBuf>,
    /// Use no configuration
    #[arg(long, conflicts_with = "config", hide_short_help = true)]
    pub(crate) no_config: bool,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct Configuration {
    #[command(flatten)]
    pub(crate) file: ConfigFile,
    /// Print which settings hold and where they come from, and lint nothing
    #[arg(long, hide_short_help = true)]
    #[arg(conflicts_with_all = ["base", "write_baseline", "prune_baseline", "format", "report"])]
    pub(crate) show_config: bool,
    /// Do not report the findings that this file knows
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write all findings to this file instead of reporting them
    ///
    /// From then on `--baseline` with this file, or `baseline` in the configuration, reports only
    /// others.
    #[arg(long, value_name = "FILE")]
    #[arg(conflicts_with_all = ["baseline", "prune_baseline", "base"])]
    #[arg(conflicts_with_all = ["format", "report", "fail_on"])]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Judge by the settings of this change, or by those of the base revision
    ///
    /// A change can switch rules off, leave files out, or put what it adds into the baseline.
    /// `base` takes the configuration and the baseline as they were.
    #[arg(long, value_enum, value_name = "WHERE", hide_short_help = true)]
    #[arg(default_value_t, requires = "base", conflicts_with = "prune_baseline")]
    pub(crate) settings_from: SettingsFrom,
    /// Remove from the baseline what is no longer found
    ///
    /// The baseline is the file that `--baseline` or the configuration names. What the run did not
    /// look at stays in it.
    #[arg(long, hide_short_help = true)]
    pub(crate) prune_baseline: bool,
    /// The day on which ignores end or not; that of the clock if it is not given
    #[arg(long, value_name = "DATE", env = "SVCLINT_TODAY", hide = true)]
    pub(crate) today: Option<Date>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Cluster")]
pub(crate) struct Cluster {
    /// The namespace of objects that name none
    #[arg(long, short, value_name = "NAME", value_parser = namespace)]
    pub(crate) namespace: Option<String>,
    /// The version of Kubernetes that decides
    ///
    /// It says which versions of kinds there are, and which values fields can have. Charts are
    /// rendered for it.
    ///
    /// [default: 1.37]
    #[arg(long, value_name = "VERSION", hide_short_help = true)]
    pub(crate) kube_version: Option<KubeVersion>,
    /// Take it that nothing exists but what is in the input
    ///
    /// A Service without pods, or a reference to a Service that is not there, is a warning then:
    /// otherwise it may be defined elsewhere, and is only counted as not verifiable.
    #[arg(long, hide_short_help = true)]
    pub(crate) closed_world: bool,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct Input {
    /// Report only what is new since the branch left this revision
    ///
    /// The revision is a branch, a tag or a commit that git knows. Both states are linted as a
    /// whole, so that a deleted Service flags the Ingress that nobody touched.
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// What is read besides the paths, and how.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct Reading {
    /// Read the manifests here too, without reporting on them
    ///
    /// No Service is said to lack the pods that it selects here.
    #[arg(long, value_name = "PATH", hide_short_help = true)]
    pub(crate) context: Vec<PathBuf>,
    /// Link with nothing but the given paths
    #[arg(long, conflicts_with = "context", hide_short_help = true)]
    pub(crate) isolated: bool,
    /// Leave out what matches this pattern; repeatable
    ///
    /// Patterns are those of .gitignore: `vendor/`, `old-*.yaml`. Files that are named are read
    /// all the same, but for `--force-exclude`.
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// Leave out excluded and ignored files also when they are named
    ///
    /// For hooks, which name the files of a commit.
    #[arg(long, hide_short_help = true)]
    pub(crate) force_exclude: bool,
    /// What to call standard input, which `-` names
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) stdin_filename: Option<String>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Charts and overlays")]
pub(crate) struct Builds {
    /// Lint what this chart renders: runs `helm template`
    #[arg(id = "charts", long = "helm", value_name = "CHART")]
    pub(crate) charts: Vec<PathBuf>,
    /// Take the values of charts from this file
    ///
    /// Of several files the last one counts.
    #[arg(long, value_name = "FILE", requires = "charts")]
    pub(crate) values: Vec<PathBuf>,
    /// Set a value of charts
    #[arg(
        long,
        value_name = "KEY=VALUE",
        requires = "charts",
        hide_short_help = true
    )]
    pub(crate) set: Vec<String>,
    /// The name of the release [default: that of helm]
    #[arg(long, value_name = "NAME", requires = "charts", hide_short_help = true)]
    pub(crate) release_name: Option<String>,
    /// Lint what this overlay builds: runs `kustomize build`
    ///
    /// Where there is no kustomize, `kubectl kustomize` is run.
    #[arg(id = "kustomizations", long = "kustomize")]
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) kustomizations: Vec<PathBuf>,
    /// Let helm and kustomize fetch what is not here: charts, remote bases
    ///
    /// Otherwise they are run without the network.
    #[arg(long, hide_short_help = true)]
    pub(crate) allow_fetch: bool,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// How to write findings
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Write a report to a file too, as in `sarif=svclint.sarif`; repeatable
    ///
    /// The formats are those of `--format`, which says what goes to standard output.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = ReportFile::read)]
    pub(crate) report: Vec<ReportFile>,
    /// When to use colour
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        hide_short_help = true
    )]
    pub(crate) color: Color,
    /// Print findings and nothing else
    ///
    /// What could not be read is an error all the same.
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// List what was read, and what was not checked and why
    ///
    /// It also says which files are applied together, and where the time went.
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// The severity from which on findings make the exit status 1
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,
    /// Exit with 0 whatever is found
    #[arg(long, conflicts_with = "fail_on", hide_short_help = true)]
    pub(crate) exit_zero: bool,
}

impl Builds {
    /// Whether there is nothing to build.
    pub(crate) fn is_empty(&self) -> bool {
        self.charts.is_empty() && self.kustomizations.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

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
        let words = parsed.rules.select.iter().map(|names| names.ids);
        let words: Vec<_> = words.collect();
        assert_eq!([words[0], words[2]], [["duplicate-key"], ["unknown-field"]]);
        assert!(words[1].len() > 1);
        assert!(Cli::try_parse_from(["svclint", "--ignore", "duplicate-keys"]).is_err());
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
