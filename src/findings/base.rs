//! What is new against another revision of the repository (`--base`). Both are linted as a whole,
//! so a deleted Service flags the Ingress that nobody touched.

use super::fingerprint::Fingerprint;
use crate::diagnostic::Diagnostic;
use crate::link::{Index, Membership, ServiceLink, Unit};
use crate::run::Report;
use crate::text::source::Sources;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

/// What there was in the base revision. That nothing has a name is no finding, for it may be
/// elsewhere; that something has it no longer is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// The Services. Others may have the same name where something else is applied.
    services: BTreeMap<Key, Vec<There>>,
}

/// Unit, namespace and name.
type Key = (String, String, String);

/// A Service that there was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct There {
    /// The files of the unit that are not applied together with it.
    apart: BTreeSet<String>,
    /// Whether it selected pods.
    had_pods: bool,
}

impl Before {
    /// Takes it from what was linked. Units and files are known by what `today` makes of their
    /// names.
    pub fn of(index: &Index, today: impl Fn(&str) -> String) -> Self {
        let mut services: BTreeMap<Key, Vec<There>> = BTreeMap::new();
        for unit in &index.units {
            let name = today(&unit.name);
            for link in index.services(unit) {
                let apart = unit.apart_from(link.source()).into_iter();
                let there = There {
                    apart: apart
                        .map(|source| today(&index.sources.get(source).name))
                        .collect(),
                    had_pods: *link.membership() == Membership::Matched,
                };
                services.entry(key(&name, link)).or_default().push(there);
            }
        }
        Self { services }
    }

    /// Whether there was a Service with this name for a file.
    pub fn had_service(&self, unit: &Unit, file: &str, namespace: &str, name: &str) -> bool {
        let key = (unit.name.clone(), namespace.to_owned(), name.to_owned());
        let there = self.services.get(&key).into_iter().flatten();
        there.into_iter().any(|there| !there.apart.contains(file))
    }

    /// Whether a Service of today selected pods, whatever file it was in.
    pub fn had_pods(&self, unit: &Unit, link: ServiceLink<'_>) -> bool {
        let there = self.services.get(&key(&unit.name, link));
        there.is_some_and(|there| there.iter().all(|there| there.had_pods))
    }
}

fn key(unit: &str, link: ServiceLink<'_>) -> Key {
    let name = link.object().identity.name.clone();
    (unit.to_owned(), link.namespace().name.clone(), name)
}

/// Takes the findings out of a report that were there before, and counts them. Equal ones are
/// counted off, those of one file first: the second of two mistakes of a kind is new.
pub fn keep_new(report: &mut Report, before: &Report) {
    let own: Vec<&Diagnostic> = report.diagnostics.iter().collect();
    let own = signatures(&report.sources, &own);
    let old: Vec<&Diagnostic> = before.diagnostics.iter().collect();
    let mut old = signatures(&before.sources, &old);
    let mut known = vec![false; own.len()];
    take_off(&own, &mut old, &mut known, |(print, path)| {
        (print.clone(), path.clone())
    });
    take_off(&own, &mut old, &mut known, |(print, _)| print.clone());
    let mut known = known.into_iter();
    report
        .diagnostics
        .retain(|_| !known.next().unwrap_or(false));
    report.known = own.len() - report.diagnostics.len();
}

/// What a finding is recognised by, and the file that it is in.
type Signature = (Fingerprint, String);

fn signatures(sources: &Sources, findings: &[&Diagnostic]) -> Vec<Signature> {
    let paths = findings.iter().map(|finding| {
        let span = finding.primary.span;
        sources.get(span.source).name_at(span.start).to_owned()
    });
    Fingerprint::of(sources, findings)
        .into_iter()
        .zip(paths)
        .collect()
}

/// Pairs findings with old ones of the same key. Old ones that are used up are taken away.
fn take_off<K: Eq + Hash>(
    own: &[Signature],
    old: &mut Vec<Signature>,
    known: &mut [bool],
    key: impl Fn(&Signature) -> K,
) {
    let mut left: HashMap<K, usize> = HashMap::new();
    for signature in &*old {
        *left.entry(key(signature)).or_default() += 1;
    }
    let mut used: HashMap<K, usize> = HashMap::new();
    for (signature, known) in own.iter().zip(known) {
        let key = key(signature);
        if let Some(count) = left.get_mut(&key).filter(|count| !*known && **count > 0) {
            *count -= 1;
            *known = true;
            *used.entry(key).or_default() += 1;
        }
    }
    old.retain(|signature| match used.get_mut(&key(signature)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Options, Text, lint_texts};

    fn service(name: &str, ports: &[u32]) -> String {
        let ports = ports.iter().map(|port| format!("\n  - port: {port}"));
        let ports: String = ports.collect();
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec:\n  ports:{ports}\n"
        )
    }

    /// How many findings are new and how many are known.
    fn compare(before: &[(&str, String)], after: &[(&str, String)]) -> (usize, usize) {
        let lint = |files: &[(&str, String)]| {
            let texts = files.iter().map(|(name, text)| Text::new(*name, &**text));
            lint_texts(texts.collect(), &Options::default())
        };
        let mut report = lint(after);
        keep_new(&mut report, &lint(before));
        (report.diagnostics.len(), report.known)
    }

    #[test]
    fn what_was_there_before_is_known() {
        let old = ("a.yaml", service("a", &[0]));
        assert_eq!(compare(&[], std::slice::from_ref(&old)), (1, 0));
        assert_eq!(
            compare(std::slice::from_ref(&old), std::slice::from_ref(&old)),
            (0, 1)
        );
        let renamed = ("sub/b.yaml", service("a", &[0]));
        assert_eq!(
            compare(std::slice::from_ref(&old), std::slice::from_ref(&renamed)),
            (0, 1)
        );
        let other = ("a.yaml", service("a", &[99_999]));
        assert_eq!(compare(std::slice::from_ref(&old), &[other]), (1, 0));
    }

    #[test]
    fn equal_findings_are_counted_off() {
        let one = ("dev/a.yaml", service("a", &[0]));
        let two = ("prod/a.yaml", service("a", &[0]));
        assert_eq!(
            compare(std::slice::from_ref(&one), &[one.clone(), two.clone()]),
            (1, 1)
        );
        assert_eq!(
            compare(&[one.clone(), two.clone()], &[one.clone(), two]),
            (0, 2)
        );
    }
}
