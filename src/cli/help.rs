//! What the help says around the options.

use std::collections::BTreeSet;
use svclint::rules;

/// Below the short help.
pub(super) const SHORT: &str = "\
Examples:
  svclint
  svclint --helm charts/shop --values prod.yaml
  svclint explain target-port-name-not-found

Exit status: 0 no error was found (see --fail-on), 1 one was, 2 the job could not be done
`svclint --help` says more of each option, and has those that are seldom needed";

const LONG: &str = "\
Examples:
  # Lint everything below the current directory
  svclint
  # Report on one file; what it links to is found beside it
  svclint shop/service.yaml
  # Lint what a chart renders, or what comes in on standard input
  svclint --helm charts/shop --values prod.yaml
  helm template charts/shop | svclint -
  # Lint what an overlay builds
  svclint --kustomize overlays/prod
  # Show the ports that do not fit, one line each
  svclint --only ports --format concise
  # Report only what the branch has broken
  svclint --base origin/main
  # Accept what is there today, and report what is new from then on
  svclint --write-baseline .svclint-baseline.yaml
  svclint --baseline .svclint-baseline.yaml
  # Say what a rule checks, why, and how to fix what it finds
  svclint explain target-port-name-not-found
  # Write completions, the man page, or a JSON schema (of the configuration, of `--format json`)
  svclint generate completions bash
  svclint generate man
  svclint generate schema config

Exit status, whatever the format:
  0  nothing was found of the severity that `--fail-on` names (error, unless it says otherwise)
  1  something was
  2  the job could not be done: a wrong option or configuration, a file that cannot be read,
     standard input without a manifest

Environment:
  NO_COLOR                     Not empty: no colour, unless `--color` asks for it
  CLICOLOR_FORCE, FORCE_COLOR  Neither empty nor 0: colour also where there is no terminal
  FORCE_HYPERLINK              1: paths are links also where there is no terminal; 0: they never are";

/// Below the long help. The groups are those that the rules say they belong to.
pub(super) fn long() -> String {
    let groups: BTreeSet<String> = rules::ALL.iter().map(|rule| rule.meta().group).collect();
    let groups: Vec<String> = groups.into_iter().collect();
    let groups = groups.join(", ");
    format!("{LONG}\n\nGroups of rules: {groups}\n`svclint rules` lists what is in them")
}
