//! A route sends to an `InferencePool` that does not exist, in words.

use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::kinds::kind::group_version;
use crate::link::{NamedPool, PoolLink};
use crate::yaml::scalar::as_yaml;

/// Says what is wrong with a reference to an `InferencePool`, if anything is.
pub(crate) fn pool_not_found(rule: &'static str, link: PoolLink<'_>) -> Option<Diagnostic> {
    let own = link.pool();
    let (name, group) = (&own.name.value, &own.group.value);
    let message = format!(
        "backend `{name}` of {} is no InferencePool of group `{group}` in namespace `{}`",
        link.display(),
        link.pool_namespace().name
    );
    let found = |severity, but: &str| {
        Diagnostic::new(rule, severity, own.name.span, format!("{message}{but}"))
            .label("no InferencePool has this name here")
            .object(&link.object().identity)
            .given([Premise::Absent])
    };
    Some(match link.leads_to() {
        NamedPool::Fine => return None,
        NamedPool::OtherGroup(other) => {
            let (theirs, _) = group_version(&other.identity.api_version);
            let mut found = found(Severity::Error, &format!(", but of group `{theirs}`"));
            found.primary.span = own.group.span;
            found
                .label("the InferencePool here is of another group")
                .related(other.name, "this InferencePool has the name")
                .help(format!("write `group: {theirs}`"))
        }
        NamedPool::Similar(other) => {
            let meant = &other.identity.name;
            found(Severity::Warning, &format!(", but `{meant}` is"))
                .related(other.name, "this InferencePool is called almost so")
                .help(format!("write `{}`", as_yaml(meant)))
                .evidence(Evidence::Slip)
                .given([Premise::Complete])
        }
        NamedPool::Missing => found(Severity::Warning, "")
            .help(format!("add InferencePool `{name}`, or name another one"))
            .evidence(Evidence::ClosedWorld)
            .given([Premise::Complete]),
    })
}
