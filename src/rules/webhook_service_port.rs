//! See `rules/webhook-service-port.md`.

use super::support::insertion;
use super::support::missing_port::{MissingPort, write_number};
use super::support::reference::with_role;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Applicability, Diagnostic, Fix, Premise, Severity};
use crate::kinds::Role;
use crate::link::{Links, Named, Reference, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::WEBHOOK_SERVICE_PORT,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    if links.is_operator_bundle(unit) {
        return;
    }
    for service in with_role(links, unit, &[Role::Webhook]) {
        out.extend(headless(service).or_else(|| no_port(links, service)));
    }
}

fn no_port(links: &Links, reference: Reference<'_>) -> Option<Diagnostic> {
    let missing = MissingPort::of(reference)?;
    let found = missing.finding(RULE.id, Severity::Error);
    let found = write_number(found, &missing, "the API server calls");
    Some(found.fix(only_port(links, &missing, reference)))
}

/// Writes the port where none stands, if the Service has only one.
fn only_port(links: &Links, missing: &MissingPort<'_>, reference: Reference<'_>) -> Option<Fix> {
    let [only] = missing.service.service().ports.as_slice() else {
        return None;
    };
    let field = format!("port: {}", only.port.as_ref()?.value);
    let name = reference.target().name.span;
    let edit = missing
        .is_default()
        .then(|| insertion::before(links, "name", name, &field))??;
    Some(Fix {
        title: format!("Write `{field}`, the only port of the Service"),
        applicability: Applicability::Safe,
        edits: vec![edit],
    })
}

/// The API server calls the address of the Service itself, which a headless one does not have.
fn headless(reference: Reference<'_>) -> Option<Diagnostic> {
    let Named::Found(services) = reference.named() else {
        return None;
    };
    let all: Option<Vec<_>> = services
        .iter()
        .map(|service| service.service().headless)
        .collect();
    let headless = *all?.first()?;
    let own = &reference.object().identity;
    let name = &reference.target().name;
    let message = format!(
        "{own} calls headless Service `{}`, which has no address for the API server",
        name.value
    );
    Some(
        Diagnostic::new(RULE.id, Severity::Error, name.span, message)
            .label("a headless Service")
            .related(headless, "no address")
            .help("remove `clusterIP: None` from the Service, or name one with an address")
            .object(own)
            .given([Premise::Absent]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Text;
    use crate::run::{Options, Report, lint_texts};

    fn lint(text: &str) -> Report {
        lint_texts(vec![Text::new("webhook.yaml", text)], &Options::default())
    }

    fn manifest(service: &str) -> String {
        format!(
            "apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {{name: v1.stock.example.com}}
spec:
  group: stock.example.com
  version: v1
  groupPriorityMinimum: 100
  versionPriority: 100
{service}
---
apiVersion: v1
kind: Service
metadata: {{name: stock, namespace: ops}}
spec:
  selector: {{app: stock}}
  ports: [{{port: 8443, targetPort: 9443}}]
"
        )
    }

    /// The text with the fix of its only finding.
    fn fixed(text: &str) -> Option<String> {
        let report = lint(text);
        let [found] = report.diagnostics.as_slice() else {
            panic!("{:#?}", report.diagnostics)
        };
        assert_eq!(found.rule, RULE.id);
        let fix = found.fix.as_ref()?;
        assert_eq!(fix.applicability, Applicability::Safe);
        let mut text = text.to_owned();
        for edit in &fix.edits {
            let place = edit.span.start as usize..edit.span.end as usize;
            text.replace_range(place, &edit.text);
        }
        Some(text)
    }

    #[test]
    fn the_only_port_is_written_for_certain() {
        for (service, expected) in [
            (
                "  service: {name: stock, namespace: ops}",
                "  service: {port: 8443, name: stock, namespace: ops}",
            ),
            (
                "  service:\n    namespace: ops\n    name: stock # ours",
                "  service:\n    namespace: ops\n    port: 8443\n    name: stock # ours",
            ),
            (
                "  service: {name: stock, namespace: ops, port: 9443}",
                "  service: {name: stock, namespace: ops, port: 8443}",
            ),
            (
                "  service: {name: stock, namespace: ops, port: 444}",
                "  service: {name: stock, namespace: ops, port: 8443}",
            ),
        ] {
            let mended = fixed(&manifest(service));
            assert_eq!(mended.as_ref(), Some(&manifest(expected)));
            let report = lint(&manifest(expected));
            assert!(report.diagnostics.is_empty(), "{:#?}", report.diagnostics);
        }
        let quoted = "  service: {\"name\": stock, \"namespace\": ops}";
        assert_eq!(fixed(&manifest(quoted)), None);
    }
}
