//! One workload behind a port of a Service.

use super::model::{Branch, Named, Step, Verdict};
use super::remarks::Remarks;
use super::{code, policy};
use crate::catalogue::ids;
use crate::kinds::{
    Container, ContainerRole, Direction, Kind, PortRef, Probe, ProbeKind, ServicePort,
};
use crate::link::{Backend, Flow, Links, Missing, Resolution, ServiceLink};
use crate::unit::{Doubt, Unit};

/// Finds what becomes of the traffic of a Service in the pods of one workload.
pub(super) struct Walk<'i, 'f> {
    pub(super) links: &'i Links,
    pub(super) unit: &'i Unit,
    pub(super) remarks: &'f Remarks<'f>,
    pub(super) service: ServiceLink<'i>,
    pub(super) port: &'i ServicePort,
    /// Who opens the connection, if somebody in particular does.
    pub(super) from: Option<Backend<'i>>,
}

/// Where the port leads in the pods.
struct Delivery {
    step: Step,
    container: Option<String>,
    pod_port: Option<i64>,
    /// Whether it leads nowhere for certain, or why nobody knows.
    outcome: Result<(), Option<Doubt>>,
}

impl<'i> Walk<'i, '_> {
    /// The branch of one workload.
    pub(super) fn branch(&self, backend: Backend<'i>) -> Branch {
        let delivery = self.delivery(backend);
        let mut branch = Branch {
            object: Named::of(backend),
            replicas: replicas(backend),
            ready: self.readiness(backend),
            port: delivery.step,
            container: delivery.container,
            pod_port: delivery.pod_port,
            egress: None,
            ingress: None,
            verdict: Verdict::Ok,
            doubts: Vec::new(),
        };
        if let Err(doubt) = delivery.outcome {
            branch.verdict = if doubt.is_some() {
                Verdict::Unknown
            } else {
                Verdict::Broken
            };
            branch.doubts.extend(doubt);
        }
        if let Some((step, doubt)) = self.without_pods(backend) {
            branch.port = step;
            branch.pod_port = branch.pod_port.filter(|_| doubt.is_some());
            branch.verdict = if doubt.is_some() {
                branch.verdict.max(Verdict::Unknown)
            } else {
                Verdict::Broken
            };
            branch.doubts.extend(doubt);
        }
        if self.remarks_of_probes(backend) && branch.verdict == Verdict::Ok {
            branch.verdict = Verdict::Broken;
        }
        self.ask_policies(backend, &mut branch);
        branch
    }

    /// Where the port leads.
    fn delivery(&self, backend: Backend<'i>) -> Delivery {
        let target = self.port.target();
        let place = target.as_ref().map_or(self.port.place(), |own| own.span);
        let value = |to: &str| {
            let target = target.as_ref().map(|own| display(&own.value));
            match (self.port.number(), target) {
                (number, Some(target)) if target != to && target != number.to_string() => {
                    format!("{number} -> {target} -> {to}")
                }
                (number, _) if number.to_string() == to => to.to_owned(),
                (number, _) => format!("{number} -> {to}"),
            }
        };
        let step = |code, to: &str| Step {
            code,
            value: value(to),
            place: Some(place),
            fault: None,
        };
        let protocol = self.port.protocol.as_str();
        match backend.resolve(self.port) {
            Resolution::Declared { container, port } => match &port.number {
                Some(number) => Delivery {
                    step: step(
                        self.code(Some(container)),
                        &format!("{}/{protocol}", number.value),
                    ),
                    container: Some(container.display().to_owned()),
                    pod_port: Some(number.value),
                    outcome: Ok(()),
                },
                None => Self::unknown(step(Doubt::Placeholder.code(), "?"), Doubt::Placeholder),
            },
            Resolution::Undeclared(number) => {
                let found = self.remarks.error_at(place);
                let found = found.filter(|found| found.rule == ids::TARGET_PORT_NOT_EXPOSED);
                let to = format!("{number}/{protocol}");
                Delivery {
                    step: Step {
                        fault: found.map(|found| found.message.clone()),
                        ..step(found.map_or(self.code(None), |found| found.rule), &to)
                    },
                    container: None,
                    pod_port: Some(number),
                    outcome: if found.is_some() { Err(None) } else { Ok(()) },
                }
            }
            Resolution::Missing(missing) => self.missing(backend, missing, step("", "?")),
            Resolution::Unknown => {
                Self::unknown(step(Doubt::Placeholder.code(), "?"), Doubt::Placeholder)
            }
        }
    }

    /// A name that no container has.
    fn missing(&self, backend: Backend<'i>, missing: Missing<'_>, step: Step) -> Delivery {
        let rule = match missing {
            Missing::OtherProtocol { .. } => ids::TARGET_PORT_PROTOCOL_MISMATCH,
            Missing::InitContainer { .. } => ids::TARGET_PORT_IN_INIT_CONTAINER,
            Missing::Name => ids::TARGET_PORT_NAME_NOT_FOUND,
        };
        let target = self.port.target();
        let is_patched = target.is_some_and(|own| backend.may_be_patched(&own.value));
        if !backend.is_fully_known() || is_patched {
            return Self::unknown(step, Doubt::Kustomize(changed_elsewhere(backend)));
        }
        let found = step.place.and_then(|place| self.remarks.at(place));
        let fault = found.map(|found| found.message.clone());
        let nowhere = || format!("{} has no such port", backend.display());
        Delivery {
            step: Step {
                code: rule,
                fault: Some(fault.unwrap_or_else(nowhere)),
                ..step
            },
            container: None,
            pod_port: None,
            outcome: Err(None),
        }
    }

    fn unknown(step: Step, doubt: Doubt) -> Delivery {
        Delivery {
            step: Step {
                code: doubt.code(),
                ..step
            },
            container: None,
            pod_port: None,
            outcome: Err(Some(doubt)),
        }
    }

    /// How the port is found where it is found.
    fn code(&self, container: Option<&Container>) -> &'static str {
        let is_sidecar = container.is_some_and(|own| own.role == ContainerRole::Sidecar);
        match self.port.target_port.as_ref().map(|own| &own.value) {
            _ if is_sidecar => code::OF_SIDECAR,
            _ if self.service.service().headless.is_some() => code::NOT_TRANSLATED,
            None => code::BY_DEFAULT,
            Some(PortRef::Name(_)) => code::BY_NAME,
            Some(_) => code::BY_NUMBER,
        }
    }

    /// Why there are no pods behind it at all, or may be none.
    fn without_pods(&self, backend: Backend<'i>) -> Option<(Step, Option<Doubt>)> {
        let object = backend.object();
        let step = |code, place, fault| Step {
            code,
            value: object.identity.to_string(),
            place: Some(place),
            fault,
        };
        if let Some((rule, message)) = self.remarks.refusal(object) {
            return Some((step(rule, object.name, Some(message)), None));
        }
        let workload = backend.workload();
        if workload.kind == Kind::Custom {
            let doubt = Doubt::Operator(object.identity.to_string());
            return Some((step(doubt.code(), object.name, None), Some(doubt)));
        }
        if workload.template.has_ended {
            let fault = format!("{} has ended", object.identity);
            return Some((step(code::NO_PODS, object.name, Some(fault)), None));
        }
        let none = workload.replicas.as_ref().filter(|own| own.value == 0)?;
        if let Some(scaler) = self.links.scaler_of(self.unit, backend) {
            let doubt = Doubt::Operator(scaler.identity.to_string());
            return Some((step(doubt.code(), none.span, None), Some(doubt)));
        }
        let fault = format!("{} has 0 replicas", object.identity);
        let step = step(ids::SERVICE_BACKEND_ZERO_REPLICAS, none.span, Some(fault));
        Some((step, None))
    }

    /// When the pods get traffic.
    fn readiness(&self, backend: Backend<'i>) -> Step {
        let plain = |code, value: &str, place| Step {
            code,
            value: value.to_owned(),
            place,
            fault: None,
        };
        if let Some(place) = self.service.service().publishes_not_ready {
            return plain(code::NOT_AWAITED, "also while not ready", Some(place));
        }
        let probes: Vec<&Probe> = readiness_probes(backend).collect();
        let Some(first) = probes.first() else {
            return plain(code::NO_PROBE, "no readiness probe", None);
        };
        let wrong = probes.iter().find_map(|probe| self.fault_of(probe));
        let texts: Vec<String> = probes.iter().map(|probe| describe(probe)).collect();
        Step {
            code: wrong.map_or(code::PROBE, |(rule, _)| rule),
            value: texts.join("; "),
            place: Some(first.span),
            fault: wrong.map(|(_, message)| message.to_owned()),
        }
    }

    /// Whether a probe keeps the pods from getting traffic.
    fn remarks_of_probes(&self, backend: Backend<'i>) -> bool {
        let is_awaited = self.service.service().publishes_not_ready.is_none();
        is_awaited && readiness_probes(backend).any(|probe| self.fault_of(probe).is_some())
    }

    fn fault_of(&self, probe: &Probe) -> Option<(&'static str, &str)> {
        let place = probe.port.as_ref()?.span;
        let found = self.remarks.error_at(place)?;
        (found.rule == ids::PROBE_PORT_NOT_FOUND).then_some((found.rule, found.message.as_str()))
    }

    /// Asks the policies of both ends, if somebody in particular is the client.
    fn ask_policies(&self, backend: Backend<'i>, branch: &mut Branch) {
        let (Some(from), Some(pod_port)) = (self.from, branch.pod_port) else {
            return;
        };
        if branch.verdict == Verdict::Broken {
            return;
        }
        // A client of a headless Service connects to the pods themselves.
        let is_direct = self.service.service().headless.is_some();
        let port = self.port.number();
        let flow = Flow {
            from,
            to: backend,
            protocol: self.port.protocol,
            port: if is_direct { port } else { pod_port },
            service_port: (!is_direct).then_some(port),
        };
        let [egress, ingress] = [Direction::Egress, Direction::Ingress]
            .map(|direction| policy::end(self.links, self.unit, flow, direction));
        let denies = |(end, doubt): &(super::model::End, Option<Doubt>)| {
            end.code == code::DENIED && doubt.is_none()
        };
        let is_blocked = denies(&egress) || denies(&ingress);
        let doubts: Vec<Doubt> = [&egress.1, &ingress.1]
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        let verdict = match (is_blocked, doubts.is_empty()) {
            (true, _) => Verdict::Blocked,
            (false, true) => Verdict::Allowed,
            (false, false) => Verdict::Unknown,
        };
        branch.verdict = match branch.verdict {
            Verdict::Unknown if verdict == Verdict::Allowed => Verdict::Unknown,
            _ => verdict,
        };
        branch.doubts.extend(doubts);
        branch.egress = Some(egress.0);
        branch.ingress = Some(ingress.0);
    }
}

/// How many pods a workload has, if that is written down.
fn replicas(backend: Backend<'_>) -> Option<i64> {
    let workload = backend.workload();
    match workload.kind {
        Kind::Pod => Some(1),
        _ => workload.replicas.as_ref().map(|own| own.value),
    }
}

fn readiness_probes(backend: Backend<'_>) -> impl Iterator<Item = &Probe> {
    let containers = backend.workload().template.serving_containers();
    containers.filter_map(|container| container.probe(ProbeKind::Readiness))
}

/// A probe in a few words: `httpGet /ready on http`.
fn describe(probe: &Probe) -> String {
    let handler = probe.handler.map_or("probe", |handler| handler.as_str());
    let port = probe.port.as_ref().map(|port| display(&port.value));
    let question = match probe.question.trim() {
        "" => String::new(),
        question => format!(" {question}"),
    };
    match port {
        Some(port) => format!("{handler}{question} on {port}"),
        None => format!("{handler}{question}"),
    }
}

fn display(port: &PortRef) -> String {
    match port {
        PortRef::Number(number) => number.to_string(),
        PortRef::Name(name) => name.clone(),
        PortRef::Unknown => "?".to_owned(),
    }
}

fn changed_elsewhere(backend: Backend<'_>) -> String {
    format!(
        "the ports of {} may not all be written here",
        backend.display()
    )
}
