//! What is new against the base revision (`--base`). Both are linted as a whole,
//! so a deleted Service flags the Ingress that nobody touched.

use super::fingerprint::Fingerprint;
use crate::diagnostic::Diagnostic;
use crate::text::hash::HashMap;
use crate::text::source::Sources;
use std::hash::Hash;

/// Drops the findings that the base revision has too, and says how many. Equal ones are counted
/// off, those of one file first: the second of two mistakes of a kind is new.
pub fn keep_new(
    (sources, found): (&Sources, &mut Vec<Diagnostic>),
    (old_sources, old): (&Sources, &[Diagnostic]),
) -> usize {
    let own: Vec<&Diagnostic> = found.iter().collect();
    let own = signatures(sources, &own);
    let old: Vec<&Diagnostic> = old.iter().collect();
    let mut old = signatures(old_sources, &old);
    let mut is_old = vec![false; own.len()];
    take_off(&own, &mut old, &mut is_old, |(print, path)| {
        (print.clone(), path.clone())
    });
    take_off(&own, &mut old, &mut is_old, |(print, _)| print.clone());
    let count = is_old.iter().filter(|is_old| **is_old).count();
    let mut is_old = is_old.into_iter();
    found.retain(|_| !is_old.next().unwrap_or(false));
    count
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
    is_old: &mut [bool],
    key: impl Fn(&Signature) -> K,
) {
    let mut left: HashMap<K, usize> = HashMap::default();
    for signature in &*old {
        *left.entry(key(signature)).or_default() += 1;
    }
    let mut used: HashMap<K, usize> = HashMap::default();
    for (signature, is_old) in own.iter().zip(is_old) {
        let key = key(signature);
        if let Some(count) = left.get_mut(&key).filter(|count| !*is_old && **count > 0) {
            *count -= 1;
            *is_old = true;
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
    use crate::object::Text;
    use crate::run::{Options, lint_texts};

    fn service(name: &str, ports: &[u32]) -> String {
        let ports = ports.iter().map(|port| format!("\n  - port: {port}"));
        let ports: String = ports.collect();
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec:\n  ports:{ports}\n"
        )
    }

    /// How many findings are new, and how many the base revision has too.
    fn compare(before: &[(&str, String)], after: &[(&str, String)]) -> (usize, usize) {
        let lint = |files: &[(&str, String)]| {
            let texts = files.iter().map(|(name, text)| Text::new(*name, &**text));
            lint_texts(texts.collect(), &Options::default())
        };
        let mut report = lint(after);
        let before = lint(before);
        let own = (&report.sources, &mut report.diagnostics);
        let old = keep_new(own, (&before.sources, &before.diagnostics));
        (report.diagnostics.len(), old)
    }

    #[test]
    fn what_the_base_revision_has_is_not_new() {
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
