//! See `rules/host-network-dns-policy.md`.

use super::support::dns_name::{used_here, uses};
use super::support::insertion;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use crate::kinds::{PodTemplate, Workload};
use crate::link::{DnsName, Links, Unit};
use crate::object::Object;
use crate::text::source::Span;

pub(super) const RULE: Rule = Rule {
    id: ids::HOST_NETWORK_DNS_POLICY,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let uses = uses(links, unit);
    let objects = unit.objects.iter().map(|member| links.object(member.id));
    for object in objects.filter(|object| object.controller.is_none()) {
        for workload in object.workloads() {
            let name = uses.get(&std::ptr::from_ref(workload));
            out.extend(finding(links, object, workload, name.copied()));
        }
    }
}

/// What keeps a pod from asking the cluster's DNS.
enum Cause {
    /// `hostNetwork` without a policy for it: `ClusterFirst` means the node's DNS then.
    HostNetwork(Span),
    /// `dnsPolicy: Default`, the node's DNS.
    Default(Span),
}

impl Cause {
    /// K `pkg/kubelet/network/dns/dns.go:getPodDNSType`
    fn of(template: &PodTemplate) -> Option<Self> {
        let resolver = template.resolver.as_ref();
        if resolver.is_some_and(|resolver| resolver.has_servers) {
            return None;
        }
        let policy = resolver.and_then(|resolver| resolver.policy.as_ref());
        match policy.map_or("ClusterFirst", |policy| policy.value.as_str()) {
            "ClusterFirst" => Some(Self::HostNetwork(template.host_network?)),
            "Default" => Some(Self::Default(policy?.span)),
            _ => None,
        }
    }
}

fn finding(
    links: &Links,
    object: &Object,
    workload: &Workload,
    name: Option<DnsName<'_>>,
) -> Option<Diagnostic> {
    let template = &workload.template;
    let own = &object.identity;
    let cause = Cause::of(template)?;
    let policy = template
        .resolver
        .as_ref()
        .and_then(|resolver| resolver.policy.as_ref());
    let (span, label, wanted) = match cause {
        Cause::HostNetwork(span) => (
            policy.map_or(span, |policy| policy.span),
            "with hostNetwork this means the DNS of the node",
            "ClusterFirstWithHostNet",
        ),
        Cause::Default(span) => {
            // Written on purpose, unless the pods look up what only the cluster knows.
            name?;
            let wanted = match template.host_network {
                Some(_) => "ClusterFirstWithHostNet",
                None => "ClusterFirst",
            };
            (span, "the DNS of the node", wanted)
        }
    };
    let (severity, message) = match name {
        Some(name) => (
            Severity::Warning,
            format!(
                "the pods of {own} ask the DNS of their node, which does not know Service `{}`",
                name.service()
            ),
        ),
        None => (
            Severity::Info,
            format!("the pods of {own} ask the DNS of their node, which knows no Services"),
        ),
    };
    let found = Diagnostic::new(RULE.id, severity, span, message)
        .label(label)
        .help(format!("set `dnsPolicy: {wanted}`"))
        .object(own);
    let found = match name {
        Some(name) => used_here(found, name),
        None => found,
    };
    Some(found.fix(fix(links, template, span, wanted)))
}

/// Writes the policy: in the place of the one that is there, or before `hostNetwork`.
fn fix(links: &Links, template: &PodTemplate, span: Span, wanted: &str) -> Option<Fix> {
    let edit = if template.host_network == Some(span) {
        insertion::before(links, "hostNetwork", span, &format!("dnsPolicy: {wanted}"))?
    } else {
        Edit {
            span,
            text: wanted.to_owned(),
        }
    };
    Some(Fix {
        title: format!("set `dnsPolicy: {wanted}`"),
        applicability: Applicability::Safe,
        edits: vec![edit],
    })
}
