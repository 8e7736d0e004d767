//! See `rules/ignored-service-field.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::ServiceType;
use crate::link::{Links, ServiceLink, Unit};
use crate::text::source::Span;

pub(super) const RULE: Rule = Rule {
    id: ids::IGNORED_SERVICE_FIELD,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for service in links.services(unit) {
        let ignored = match service.service().service_type {
            ServiceType::Unknown => Vec::new(),
            ServiceType::ExternalName => beside_external_name(service),
            ServiceType::ClusterIP | ServiceType::NodePort | ServiceType::LoadBalancer => {
                beside_addresses(service)
            }
        };
        out.extend(ignored.into_iter().map(|ignored| ignored.finding(service)));
    }
}

/// A field without effect.
struct Ignored {
    /// Its name.
    field: &'static str,
    /// Its key, or its value.
    place: Span,
    severity: Severity,
    /// Why it is ignored.
    why: String,
    /// What decides that, and what to say there.
    other: Option<(Span, String)>,
    help: String,
}

/// What a Service with an address of its own ignores.
fn beside_addresses(link: ServiceLink<'_>) -> Vec<Ignored> {
    let service = link.service();
    let mut found = Vec::new();
    let is_cluster_ip = service.service_type == ServiceType::ClusterIP;
    let headless = service.headless.filter(|_| is_cluster_ip);
    if let Some(headless) = headless {
        for field in ["loadBalancerIP", "externalIPs", "sessionAffinity"] {
            let set = service.setting(field);
            let is_default = |value: &str| field == "sessionAffinity" && value == "None";
            if let Some(set) = set.filter(|set| !is_default(&set.value.value)) {
                found.push(Ignored {
                    field,
                    place: set.key,
                    severity: Severity::Warning,
                    why: "the Service is headless, and no proxy looks at it".to_owned(),
                    other: Some((headless, "headless".to_owned())),
                    help: format!(
                        "remove `{field}`, or give the Service an address by removing \
                         `clusterIP: None`"
                    ),
                });
            }
        }
    }
    if let Some(name) = service.setting("externalName") {
        found.push(Ignored {
            field: "externalName",
            place: name.key,
            severity: Severity::Warning,
            why: format!("the type of the Service is {}", type_name(link)),
            other: type_label(link),
            help: "write `type: ExternalName`, or remove `externalName`".to_owned(),
        });
    }
    let is_balanced = service.service_type == ServiceType::LoadBalancer || headless.is_some();
    if let Some(address) = service.setting("loadBalancerIP").filter(|_| !is_balanced) {
        found.push(Ignored {
            field: "loadBalancerIP",
            place: address.key,
            severity: Severity::Warning,
            why: format!("the type of the Service is {}", type_name(link)),
            other: type_label(link),
            help: "write `type: LoadBalancer`, or remove `loadBalancerIP`".to_owned(),
        });
    }
    let affinity = service.setting("sessionAffinity");
    let is_sticky = affinity.is_some_and(|affinity| affinity.value.value != "None");
    if let Some(config) = service
        .setting("sessionAffinityConfig")
        .filter(|_| !is_sticky)
    {
        found.push(Ignored {
            field: "sessionAffinityConfig",
            place: config.key,
            severity: Severity::Warning,
            why: "`sessionAffinity` is not ClientIP".to_owned(),
            other: affinity.map(|affinity| (affinity.value.span, "no affinity".to_owned())),
            help: "write `sessionAffinity: ClientIP`, or remove it".to_owned(),
        });
    }
    found
}

/// What an `ExternalName` Service, which is a name and nothing else, ignores.
fn beside_external_name(link: ServiceLink<'_>) -> Vec<Ignored> {
    let service = link.service();
    let why = "an ExternalName Service is a DNS name and nothing else";
    let ignored = |field, place, severity| Ignored {
        field,
        place,
        severity,
        why: why.to_owned(),
        other: type_label(link),
        help: format!("remove `{field}`, or the type ExternalName"),
    };
    let mut found = Vec::new();
    if let Some(addresses) = service.setting("externalIPs") {
        found.push(ignored("externalIPs", addresses.key, Severity::Warning));
    }
    if let Some(selector) = &service.selector {
        found.push(ignored("selector", selector.key, Severity::Warning));
    }
    let targets = service.ports.iter().filter_map(|port| {
        let target = port.target_port.as_ref()?;
        Some(ignored("targetPort", target.span, Severity::Info))
    });
    found.extend(targets);
    found
}

fn type_name(service: ServiceLink<'_>) -> String {
    let written = service.service().setting("type");
    written.map_or("ClusterIP".to_owned(), |written| {
        written.value.value.clone()
    })
}

fn type_label(service: ServiceLink<'_>) -> Option<(Span, String)> {
    let written = service.service().setting("type")?;
    Some((written.value.span, "the type of the Service".to_owned()))
}

impl Ignored {
    fn finding(self, service: ServiceLink<'_>) -> Diagnostic {
        let message = format!(
            "`{}` of Service `{}` has no effect: {}",
            self.field,
            service.name(),
            self.why
        );
        let found = Diagnostic::new(RULE.id, self.severity, self.place, message)
            .label("ignored")
            .help(self.help)
            .object(&service.object().identity)
            .given([Premise::Accepted(self.place)]);
        match self.other {
            Some((span, text)) => found.related(span, text),
            None => found,
        }
    }
}
