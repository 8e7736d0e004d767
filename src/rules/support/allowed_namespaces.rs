//! From which namespaces a listener takes routes and a Gateway takes `ListenerSet`s, in words.

use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{AllowedNamespaces, FromNamespaces};
use crate::link::Link;

/// How sure it is that nothing of a namespace is let in: its labels may be set by others than those
/// who write its manifest.
pub(crate) fn gravest(allowed: &AllowedNamespaces) -> Severity {
    match allowed.from {
        FromNamespaces::Selector => Severity::Warning,
        _ => Severity::Error,
    }
}

/// Points at what lets nothing else in.
pub(crate) fn limited_to(
    found: Diagnostic,
    allowed: &AllowedNamespaces,
    (what, home): (&str, &str),
) -> Diagnostic {
    let own_alone = format!("takes {what} of namespace `{home}` only");
    match (allowed.from, &allowed.selector) {
        (FromNamespaces::Selector, Some(selector)) => {
            let pairs = selector.labels.pairs.iter();
            let pairs: Vec<String> = pairs.map(|pair| format!("`{}`", pair.display())).collect();
            let text = match pairs.as_slice() {
                [] => format!("takes {what} of namespaces that this selects"),
                pairs => format!("takes {what} of namespaces with {}", pairs.join(" and ")),
            };
            found.related(selector.key, text)
        }
        (FromNamespaces::None, _) => found.related(allowed.place, format!("takes no {what}")),
        (FromNamespaces::Default, _) if what == "ListenerSets" => {
            found.related(allowed.place, format!("takes no {what}, by default"))
        }
        (FromNamespaces::Default, _) => {
            found.related(allowed.place, format!("{own_alone}, by default"))
        }
        _ => found.related(allowed.place, own_alone),
    }
}

/// Points at the labels that a selector asks for in vain.
pub(crate) fn labels_of<T: Copy>(
    found: Diagnostic,
    allowed: &AllowedNamespaces,
    guest: Link<'_, T>,
) -> Diagnostic {
    if allowed.from != FromNamespaces::Selector {
        return found;
    }
    let name = &guest.namespace().name;
    let objects = guest.namespace_objects(name);
    let first = objects.first();
    first.map_or(found.clone(), |own| {
        found.related(own.object().name, "this namespace has other labels")
    })
}
