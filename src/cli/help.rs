//! What the help says around the options.

use svclint::catalogue;

/// Below the short help.
pub(super) const SHORT: &str = "\
Examples:
  svclint
  svclint --helm charts/shop --values prod.yaml
  svclint explain target-port-name-not-found

Exit status: 0 no error was found (see --fail-on), 1 one was, 2 the job could not be done
`svclint --help` says more of each option, and has those that are seldom needed";

/// What to do, and how: lines that can be pasted.
pub(crate) const EXAMPLES: &[(&str, &[&str])] = &[
    ("Lint everything below the current directory", &["svclint"]),
    (
        "Report on one file; what it links to is found beside it",
        &["svclint shop/service.yaml"],
    ),
    (
        "Lint what a chart renders, or what comes in on standard input",
        &[
            "svclint --helm charts/shop --values prod.yaml",
            "helm template charts/shop | svclint -",
        ],
    ),
    (
        "Lint what an overlay builds",
        &["svclint --kustomize overlays/prod"],
    ),
    (
        "Show the ports that do not fit, one line each",
        &["svclint --only ports --format concise"],
    ),
    (
        "Report only what the branch has broken",
        &["svclint --base origin/main"],
    ),
    (
        "Accept what is there today, and report what is new from then on",
        &[
            "svclint --write-baseline .svclint-baseline.yaml",
            "svclint --baseline .svclint-baseline.yaml",
        ],
    ),
    (
        "Say what a rule checks, why, and how to fix what it finds",
        &["svclint explain target-port-name-not-found"],
    ),
    (
        "Show the way from a Service to its pods, or draw all ways for a Markdown file",
        &[
            "svclint trace svc/cart shop",
            "svclint graph --format mermaid shop",
        ],
    ),
    (
        "Write completions, the manual, or the JSON schema of the configuration or the report",
        &[
            "svclint generate completions bash",
            "svclint generate man",
            "svclint generate schema config",
        ],
    ),
];

/// What the program leaves behind, whatever the format.
pub(crate) const STATUS: &[(&str, &str)] = &[
    (
        "0",
        "nothing was found of the severity that --fail-on names, which is error by default",
    ),
    ("1", "something was"),
    (
        "2",
        "the job could not be done: a wrong option, an unreadable file, no manifest on stdin",
    ),
];

/// The variables that count.
pub(crate) const ENVIRONMENT: &[(&str, &str)] = &[
    (
        "NO_COLOR",
        "if it is not empty: no colour, unless --color asks for it",
    ),
    (
        "CLICOLOR_FORCE, FORCE_COLOR",
        "if it is neither empty nor 0: colour also where there is no terminal",
    ),
    (
        "FORCE_HYPERLINK",
        "1: paths are links also where there is no terminal; 0: they never are",
    ),
];

/// Below the long help.
pub(super) fn long() -> String {
    let mut lines = vec!["Examples:".to_owned()];
    for (what, commands) in EXAMPLES {
        lines.push(format!("  # {what}"));
        lines.extend(commands.iter().map(|command| format!("  {command}")));
    }
    lines.push("\nExit status, whatever the format:".to_owned());
    lines.extend(
        STATUS
            .iter()
            .map(|(code, text)| format!("  {code}  {text}")),
    );
    lines.push("\nEnvironment:".to_owned());
    let variables = ENVIRONMENT.iter();
    lines.extend(variables.map(|(names, text)| format!("  {names}\n      {text}")));
    lines.push(format!("\nGroups of rules: {}", groups()));
    lines.push("`svclint rules` lists what is in them".to_owned());
    lines.join("\n")
}

/// The groups that the rules say they belong to.
pub(crate) fn groups() -> String {
    let groups: Vec<&str> = catalogue::groups().collect();
    groups.join(", ")
}
