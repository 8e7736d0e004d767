//! DNS names of Services in what pods are told.

use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use crate::kinds::Workload;
use crate::link::{DnsName, Links, Unit};
use crate::text::hash::HashMap;
use crate::text::source::Span;

/// Per workload, its first use of a Service by its name. Workloads are told apart by where they
/// are kept.
pub(crate) fn uses<'i>(links: &'i Links, unit: &'i Unit) -> HashMap<*const Workload, DnsName<'i>> {
    let mut uses = HashMap::default();
    for name in links.dns_names(unit).filter(|name| !name.is_own()) {
        let workload = std::ptr::from_ref(name.workload());
        if !uses.contains_key(&workload) && !name.services().is_empty() {
            uses.insert(workload, name);
        }
    }
    uses
}

/// Points at a use of a name.
pub(crate) fn used_here(found: Diagnostic, name: DnsName<'_>) -> Diagnostic {
    let text = if name.is_configured() {
        format!("its configuration names Service `{}`", name.service())
    } else {
        format!("it looks Service `{}` up", name.service())
    };
    found.related(name.host().span, text)
}

/// Replaces what stands at a place, if it is exactly what is meant there: a place may be that of a
/// whole scalar.
pub(crate) fn replace(links: &Links, span: Span, old: &str, new: &str) -> Option<Fix> {
    let is_exact = links.sources.slice(span).eq_ignore_ascii_case(old);
    is_exact.then(|| Fix {
        title: format!("write `{new}`"),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            span,
            text: new.to_owned(),
        }],
    })
}
