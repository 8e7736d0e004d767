//! One workload behind a port of a Service.

use super::code;
use super::context::Context;
use super::labels::written;
use super::model::{Branch, Located, Reason, Step, Verdict};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::kinds::{Container, ContainerRole, Kind, PortRef, Probe, ProbeKind, ServicePort};
use crate::link::{Backend, Missing, Resolution, ServiceLink};
use crate::rules::{Dangling, Undeclared, undeclared};
use crate::text::source::Span;
use crate::unit::Doubt;

/// Finds what becomes of the traffic to a port of a Service in the pods of one workload.
pub(super) struct BranchTracer<'i, 'f> {
    context: Context<'i, 'f>,
    service: ServiceLink<'i>,
    /// None if the Service lists no ports.
    port: Option<&'i ServicePort>,
    /// Where its name leads nowhere.
    dangling: Option<Dangling<'i>>,
    /// The pods that declare others, but not the number that it leads to.
    undeclared: Vec<Undeclared<'i>>,
}

/// What becomes of the traffic at one step.
enum Outcome {
    /// It goes on.
    GoesOn,
    /// There is none.
    Absent,
    /// Nobody can know.
    Unknown(Reason),
    /// It is lost: a rule says so.
    Lost,
}

/// Where the port leads in the pods.
struct Delivery {
    step: Step,
    container: Option<String>,
    pod_port: Option<i64>,
    outcome: Outcome,
}

impl<'i, 'f> BranchTracer<'i, 'f> {
    pub(super) fn new(
        context: Context<'i, 'f>,
        service: ServiceLink<'i>,
        port: Option<&'i ServicePort>,
    ) -> Self {
        Self {
            context,
            service,
            port,
            dangling: port.and_then(|port| Dangling::of(context.unit, service, port)),
            undeclared: port.map_or_else(Vec::new, |port| undeclared(service, port)),
        }
    }

    /// The branch of one workload.
    pub(super) fn branch(&self, backend: Backend<'i>) -> Branch {
        let (pods, existence) = self.pods(backend);
        let delivery = match self.port {
            Some(port) => self.delivery(backend, port),
            None => Delivery {
                step: Step::plain(code::NOT_TRANSLATED, "any port, not translated", None),
                container: None,
                pod_port: None,
                outcome: Outcome::GoesOn,
            },
        };
        let (ready, readiness) = self.readiness(backend);
        let is_there = matches!(existence, Outcome::GoesOn | Outcome::Unknown(_));
        let mut branch = Branch {
            object: Located::of(backend),
            labels: written(&backend.workload().template.labels),
            replicas: replicas(backend),
            pods,
            port: delivery.step,
            container: delivery.container,
            pod_port: delivery.pod_port.filter(|_| is_there),
            ready,
            egress: None,
            ingress: None,
            verdict: Verdict::Ok,
            doubts: Vec::new(),
        };
        for outcome in [existence, delivery.outcome, readiness] {
            match outcome {
                Outcome::GoesOn => continue,
                Outcome::Absent => branch.verdict = Verdict::Absent,
                Outcome::Lost => branch.verdict = Verdict::Broken,
                Outcome::Unknown(reason) => {
                    branch.verdict = Verdict::Unknown;
                    branch.doubts.push(reason);
                    continue;
                }
            }
            break;
        }
        branch
    }

    /// Why there are no pods, or may be none.
    fn pods(&self, backend: Backend<'i>) -> (Option<Step>, Outcome) {
        let (findings, object) = (self.context.findings, backend.object());
        if let Some(found) = findings.refusal(object) {
            return (Some(wrong("refused", found)), Outcome::Lost);
        }
        let workload = backend.workload();
        let doubtful = |doubt: Doubt, value: &str, place| {
            let step = Step::plain(doubt.code(), value, Some(place));
            (Some(step), Outcome::Unknown(Reason::of(&doubt)))
        };
        if workload.kind == Kind::Custom {
            let doubt = Doubt::Operator(object.identity.to_string());
            return doubtful(doubt, "made by an operator", object.name);
        }
        let Some(none) = workload.replicas.as_ref().filter(|own| own.value == 0) else {
            return (None, Outcome::GoesOn);
        };
        if let Some(scaler) = self.context.links.scaler_of(self.context.unit, backend) {
            let doubt = Doubt::Operator(scaler.identity.to_string());
            return doubtful(doubt, "0 replicas", none.span);
        }
        if self.context.may_be_scaled(backend) {
            let why = format!("what {} makes of its replicas is not here", object.identity);
            return doubtful(Doubt::Kustomize(why), "0 replicas", none.span);
        }
        let found = findings.at(none.span, ids::SERVICE_BACKEND_ZERO_REPLICAS);
        let step = match found {
            Some(found) => wrong("0 replicas", found),
            None => Step::plain(code::NO_PODS, "0 replicas", Some(none.span)),
        };
        (Some(step), Outcome::Absent)
    }

    /// Where the port leads.
    fn delivery(&self, backend: Backend<'i>, port: &'i ServicePort) -> Delivery {
        let protocol = port.protocol.as_str();
        match backend.resolve(port) {
            Resolution::Declared {
                container,
                port: own,
            } => match &own.number {
                Some(number) => Delivery {
                    step: self.step(
                        port,
                        self.code(port, Some(container)),
                        &format!("{}/{protocol}", number.value),
                    ),
                    container: Some(container.display().to_owned()),
                    pod_port: Some(number.value),
                    outcome: Outcome::GoesOn,
                },
                None => self.unknown(port, &Doubt::Placeholder),
            },
            Resolution::Undeclared(number) => self.undeclared(backend, port, number),
            Resolution::Missing(missing) => self.missing(backend, port, missing),
            Resolution::Unknown => self.unknown(port, &Doubt::Placeholder),
        }
    }

    /// A number that no container declares: only a rule says whether that is wrong.
    fn undeclared(&self, backend: Backend<'i>, port: &'i ServicePort, number: i64) -> Delivery {
        let place = port.target().map_or(port.place(), |own| own.span);
        let rule = ids::TARGET_PORT_NOT_EXPOSED;
        let found = self.context.findings.at(place, rule);
        let is_wrong = found.is_some_and(|found| found.severity == Severity::Error);
        let mut misses = self.undeclared.iter().filter(|_| is_wrong);
        let miss = misses.find(|miss| miss.backend.is(backend) && miss.severity == Severity::Error);
        let code = miss.map_or_else(|| self.code(port, None), |_| rule);
        Delivery {
            step: Step {
                fault: miss.map(|miss| miss.message(self.service, port)),
                near: miss.map_or_else(Vec::new, |_| self.near(backend, place, rule)),
                ..self.step(port, code, &format!("{number}/{}", port.protocol.as_str()))
            },
            container: None,
            pod_port: Some(number),
            outcome: match miss {
                Some(_) => Outcome::Lost,
                None => Outcome::GoesOn,
            },
        }
    }

    /// A name that no container has.
    fn missing(
        &self,
        backend: Backend<'i>,
        port: &'i ServicePort,
        missing: Missing<'_>,
    ) -> Delivery {
        let is_patched = port
            .target()
            .is_some_and(|own| backend.may_be_patched(&own.value));
        if !backend.is_fully_known() || is_patched {
            let why = format!(
                "the ports of {} may not all be written here",
                backend.display()
            );
            return self.unknown(port, &Doubt::Kustomize(why));
        }
        let dangling = self.dangling.as_ref();
        let message = dangling.and_then(|own| Some(own.message(backend, own.miss(backend)?)));
        let rule = match missing {
            _ if message.is_none() => code::NOT_SERVED,
            Missing::OtherProtocol { .. } => ids::TARGET_PORT_PROTOCOL_MISMATCH,
            Missing::InitContainer { .. } => ids::TARGET_PORT_IN_INIT_CONTAINER,
            Missing::Name if dangling.is_some_and(|own| !own.strangers().is_empty()) => {
                ids::SERVICE_SELECTS_MULTIPLE_WORKLOADS
            }
            Missing::Name => ids::TARGET_PORT_NAME_NOT_FOUND,
        };
        let outcome = match message {
            Some(_) => Outcome::Lost,
            None => Outcome::Absent,
        };
        let to = match outcome {
            Outcome::Absent => "not served, so left out",
            _ => "?",
        };
        Delivery {
            step: Step {
                near: message.as_ref().map_or_else(Vec::new, |_| {
                    let place = port.target().map_or(port.place(), |own| own.span);
                    self.near(backend, place, rule)
                }),
                fault: message,
                ..self.step(port, rule, to)
            },
            container: None,
            pod_port: None,
            outcome,
        }
    }

    /// What a rule says besides of a place, as far as it is about one workload.
    fn near(&self, backend: Backend<'i>, place: Span, rule: &str) -> Vec<Label> {
        let found = self.context.findings.at(place, rule);
        let near = found.into_iter().flat_map(|found| &found.related);
        let own = near.filter(|label| label.span.source == backend.source());
        own.cloned().collect()
    }

    fn unknown(&self, port: &ServicePort, doubt: &Doubt) -> Delivery {
        Delivery {
            step: self.step(port, doubt.code(), "?"),
            container: None,
            pod_port: None,
            outcome: Outcome::Unknown(Reason::of_port(doubt)),
        }
    }

    /// How the port leads to the pods: `80 -> http -> 8080/TCP`. Who looks the pods of a headless
    /// Service up reaches the same port there; only its endpoints, and SRV records, have another.
    fn step(&self, port: &ServicePort, code: &'static str, to: &str) -> Step {
        let target = port.target();
        let place = target.as_ref().map_or(port.place(), |own| own.span);
        let number = port.shown();
        let target = target.map(|own| display(&own.value));
        let translated = format!("{number}/{}", port.protocol.as_str());
        let is_headless = self.service.service().headless.is_some();
        let value = match target {
            _ if is_headless && to != translated => {
                format!("{number}, not translated (its endpoints have {to})")
            }
            Some(target) if target != to && target != number => {
                format!("{number} -> {target} -> {to}")
            }
            _ if number == to => to.to_owned(),
            _ => format!("{number} -> {to}"),
        };
        Step::plain(code, &value, Some(place))
    }

    /// How the port is found where it is found.
    fn code(&self, port: &ServicePort, container: Option<&Container>) -> &'static str {
        let is_sidecar = container.is_some_and(|own| own.role == ContainerRole::Sidecar);
        match port.target_port.as_ref().map(|own| &own.value) {
            _ if self.service.service().headless.is_some() => code::NOT_TRANSLATED,
            _ if is_sidecar => code::OF_SIDECAR,
            None => code::BY_DEFAULT,
            Some(PortRef::Name(_)) => code::BY_NAME,
            Some(_) => code::BY_NUMBER,
        }
    }

    /// When the pods get traffic, and what keeps them from it.
    fn readiness(&self, backend: Backend<'i>) -> (Step, Outcome) {
        if let Some(place) = self.service.service().publishes_not_ready {
            let step = Step::plain(code::NOT_AWAITED, "also while not ready", Some(place));
            return (step, Outcome::GoesOn);
        }
        let awaited = [ProbeKind::Startup, ProbeKind::Readiness].map(|kind| probes(backend, kind));
        let mut all = awaited.iter().flatten();
        let fault = all.find_map(|probe| self.fault_of(probe));
        let [_, probes] = &awaited;
        let texts: Vec<String> = probes.iter().map(|probe| describe(probe)).collect();
        let step = match probes.first() {
            Some(first) => Step::plain(code::PROBE, &texts.join("; "), Some(first.span)),
            None => Step::plain(code::NO_PROBE, "no readiness probe", None),
        };
        match fault {
            Some(found) => (wrong(&step.value, found), Outcome::Lost),
            None => (step, Outcome::GoesOn),
        }
    }

    fn fault_of(&self, probe: &Probe) -> Option<&'f Diagnostic> {
        let place = probe.port.as_ref()?.span;
        let found = self.context.findings.at(place, ids::PROBE_PORT_NOT_FOUND)?;
        (found.severity == Severity::Error).then_some(found)
    }
}

/// A step that a rule finds wrong.
fn wrong(value: &str, found: &Diagnostic) -> Step {
    Step::wrong(value, Some(found.primary.span), found)
}

/// How many pods a workload has, if that is written down.
fn replicas(backend: Backend<'_>) -> Option<i64> {
    let workload = backend.workload();
    match workload.kind {
        Kind::Pod => Some(1),
        _ => workload.replicas.as_ref().map(|own| own.value),
    }
}

fn probes(backend: Backend<'_>, kind: ProbeKind) -> Vec<&Probe> {
    let containers = backend.workload().template.serving_containers();
    containers
        .filter_map(|container| container.probe(kind))
        .collect()
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
