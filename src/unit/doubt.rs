//! Reasons why "nothing matches" may not mean that nothing will.

/// A reason to doubt a finding from absence. A Service that meets one is counted and listed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Doubt {
    /// The configuration says that it lives elsewhere, and why.
    External(String),
    /// Nothing that makes pods is applied with the Service.
    NoWorkload,
    /// A custom resource that probably makes the pods: kind and name.
    Operator(String),
    /// A selector key that an operator or the program itself puts on pods.
    OperatorLabel(String),
    /// A label that is only there when the pods run.
    RuntimeLabel(String),
    /// Pods of the control plane, which no manifest of a user makes.
    ControlPlane,
    /// A document of the unit that could not be read.
    UnreadDocument(String),
    /// Something that kustomize brings in or changes, and that is not in the input.
    Kustomize(String),
    /// The selector or the labels of pods hold a placeholder.
    Placeholder,
    /// The namespace is decided elsewhere.
    Namespace,
    /// Nothing here matches, and nothing is close to it.
    NoEvidence,
    /// Nothing here has this name, and nothing is called almost so.
    NotHere(String),
    /// Pods in another unit or namespace of the input match.
    MatchedElsewhere(String),
    /// The labels of a namespace: no object here says which it has.
    NamespaceLabels(String),
    /// The listeners of what a route attaches to: kind and name.
    Listeners(String),
    /// What an implementation of the Gateway API makes of a part of it.
    Implementation(String),
    /// What it was probably meant for has a mistake of its own, which is reported.
    Faulty(String),
    /// The addresses of pods, those of the client or those behind the Service: only an `ipBlock`
    /// tells of them.
    PodAddress(String),
    /// What network policies mean for pods in the network of their node.
    HostNetwork(String),
    /// Traffic from a pod of a workload to another pod of it, or to itself.
    OtherReplica,
    /// Network policies of a network plugin, which are not read.
    OtherPolicies,
    /// Network policies that are not in the input.
    PolicyElsewhere,
    /// The port of the pods that a client connects to: no Service lists one.
    PortOfClient,
}

impl Doubt {
    /// The codes of all doubts.
    pub const CODES: [&str; 23] = [
        "external",
        "no-workload",
        "operator",
        "operator-label",
        "runtime-label",
        "control-plane",
        "unread-document",
        "kustomize",
        "placeholder",
        "namespace",
        "no-evidence",
        "not-here",
        "matched-elsewhere",
        "namespace-labels",
        "listeners",
        "implementation",
        "faulty",
        "pod-address",
        "host-network",
        "other-replica",
        "other-policies",
        "policy-elsewhere",
        "port-of-client",
    ];

    /// One of a few fixed words: one of [`Self::CODES`].
    pub fn code(&self) -> &'static str {
        match self {
            Self::External(_) => "external",
            Self::NoWorkload => "no-workload",
            Self::Operator(_) => "operator",
            Self::OperatorLabel(_) => "operator-label",
            Self::RuntimeLabel(_) => "runtime-label",
            Self::ControlPlane => "control-plane",
            Self::UnreadDocument(_) => "unread-document",
            Self::Kustomize(_) => "kustomize",
            Self::Placeholder => "placeholder",
            Self::Namespace => "namespace",
            Self::NoEvidence => "no-evidence",
            Self::NotHere(_) => "not-here",
            Self::MatchedElsewhere(_) => "matched-elsewhere",
            Self::NamespaceLabels(_) => "namespace-labels",
            Self::Listeners(_) => "listeners",
            Self::Implementation(_) => "implementation",
            Self::Faulty(_) => "faulty",
            Self::PodAddress(_) => "pod-address",
            Self::HostNetwork(_) => "host-network",
            Self::OtherReplica => "other-replica",
            Self::OtherPolicies => "other-policies",
            Self::PolicyElsewhere => "policy-elsewhere",
            Self::PortOfClient => "port-of-client",
        }
    }

    /// The same about a reference to a Service.
    pub fn detail_of_reference(&self) -> String {
        match self {
            Self::Operator(resource) => format!("{resource} probably makes the Service"),
            Self::UnreadDocument(place) => {
                format!("{place} could not be read, and may hold the Service")
            }
            Self::Placeholder => "which Service it means depends on a placeholder".to_owned(),
            Self::Namespace => "the namespace of the Service is decided elsewhere".to_owned(),
            Self::ControlPlane => "the cluster brings it along".to_owned(),
            other => other.detail(),
        }
    }

    /// The same about what an autoscaler scales.
    pub fn detail_of_target(&self) -> String {
        match self {
            Self::UnreadDocument(place) => {
                format!("{place} could not be read, and may hold what it scales")
            }
            Self::Placeholder => "what it scales depends on a placeholder".to_owned(),
            other => other.detail(),
        }
    }

    /// The same about what a route attaches to, or a `ListenerSet`.
    pub fn detail_of_parent(&self) -> String {
        match self {
            Self::Placeholder => "whether it is let in depends on a placeholder".to_owned(),
            Self::Namespace => "one of the two namespaces is decided elsewhere".to_owned(),
            other => other.detail(),
        }
    }

    /// The same about an object that another one names.
    pub fn detail_of_object(&self) -> String {
        match self {
            Self::UnreadDocument(place) => {
                format!("{place} could not be read, and may hold what it names")
            }
            Self::Placeholder => "what it names depends on a placeholder".to_owned(),
            Self::Namespace => "the namespace of what it names is decided elsewhere".to_owned(),
            other => other.detail(),
        }
    }

    /// The same about where a port leads.
    pub fn detail_of_port(&self) -> String {
        match self {
            Self::Placeholder => "where the port leads depends on a placeholder".to_owned(),
            other => other.detail(),
        }
    }

    /// The same about what network policies let through.
    pub fn detail_of_policy(&self) -> String {
        match self {
            Self::Placeholder => {
                "what the network policies let through depends on a placeholder".to_owned()
            }
            Self::Namespace => "the namespace of one of the pods is decided elsewhere".to_owned(),
            other => other.detail(),
        }
    }

    /// A sentence without a full stop.
    pub fn detail(&self) -> String {
        match self {
            Self::External(reason) => {
                format!("the configuration says that what it names is elsewhere: {reason}")
            }
            Self::NoWorkload => "nothing that makes pods is applied with it".to_owned(),
            Self::Operator(resource) => format!("{resource} probably makes its pods"),
            Self::OperatorLabel(key) => format!("an operator puts `{key}` on pods"),
            Self::RuntimeLabel(key) => format!("`{key}` is put on pods when they run"),
            Self::ControlPlane => "it selects pods of the control plane".to_owned(),
            Self::UnreadDocument(place) => {
                format!("{place} could not be read, and may hold its pods")
            }
            Self::Kustomize(what) => what.clone(),
            Self::Placeholder => "which pods it selects depends on a placeholder".to_owned(),
            Self::Namespace => "its namespace is decided elsewhere".to_owned(),
            Self::NoEvidence => {
                "no pod template matches, and none is close: its pods may be elsewhere".to_owned()
            }
            Self::NotHere(name) => {
                format!("nothing here is called `{name}`: it may be elsewhere")
            }
            Self::MatchedElsewhere(who) => format!("{who} matches, in another unit or namespace"),
            Self::NamespaceLabels(name) => {
                format!("no object here says which labels namespace `{name}` has")
            }
            Self::Listeners(who) => format!("which listeners {who} has cannot be known"),
            Self::Implementation(what) => {
                format!("what is made of {what} is up to the controller of the Gateway")
            }
            Self::Faulty(who) => {
                format!("{who} is probably meant, whose own mistake is reported")
            }
            Self::PodAddress(who) => {
                format!("which addresses {who} get is not written down")
            }
            Self::HostNetwork(who) => {
                format!("{who} are in the network of their node, where policies may not see them")
            }
            Self::OtherReplica => {
                "a pod always reaches itself, but not its other replicas".to_owned()
            }
            Self::OtherPolicies => {
                "policies of the network plugin may say otherwise, and are not read".to_owned()
            }
            Self::PolicyElsewhere => {
                "a network policy that is not here may let it through".to_owned()
            }
            Self::PortOfClient => {
                "which port of the pods the client connects to is not written down".to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The doubt behind another one, so that none is left out.
    fn next(doubt: Option<&Doubt>) -> Option<Doubt> {
        let text = String::new;
        Some(match doubt {
            None => Doubt::External(text()),
            Some(Doubt::External(_)) => Doubt::NoWorkload,
            Some(Doubt::NoWorkload) => Doubt::Operator(text()),
            Some(Doubt::Operator(_)) => Doubt::OperatorLabel(text()),
            Some(Doubt::OperatorLabel(_)) => Doubt::RuntimeLabel(text()),
            Some(Doubt::RuntimeLabel(_)) => Doubt::ControlPlane,
            Some(Doubt::ControlPlane) => Doubt::UnreadDocument(text()),
            Some(Doubt::UnreadDocument(_)) => Doubt::Kustomize(text()),
            Some(Doubt::Kustomize(_)) => Doubt::Placeholder,
            Some(Doubt::Placeholder) => Doubt::Namespace,
            Some(Doubt::Namespace) => Doubt::NoEvidence,
            Some(Doubt::NoEvidence) => Doubt::NotHere(text()),
            Some(Doubt::NotHere(_)) => Doubt::MatchedElsewhere(text()),
            Some(Doubt::MatchedElsewhere(_)) => Doubt::NamespaceLabels(text()),
            Some(Doubt::NamespaceLabels(_)) => Doubt::Listeners(text()),
            Some(Doubt::Listeners(_)) => Doubt::Implementation(text()),
            Some(Doubt::Implementation(_)) => Doubt::Faulty(text()),
            Some(Doubt::Faulty(_)) => Doubt::PodAddress(text()),
            Some(Doubt::PodAddress(_)) => Doubt::HostNetwork(text()),
            Some(Doubt::HostNetwork(_)) => Doubt::OtherReplica,
            Some(Doubt::OtherReplica) => Doubt::OtherPolicies,
            Some(Doubt::OtherPolicies) => Doubt::PolicyElsewhere,
            Some(Doubt::PolicyElsewhere) => Doubt::PortOfClient,
            Some(Doubt::PortOfClient) => return None,
        })
    }

    #[test]
    fn the_list_of_codes_is_that_of_all_doubts() {
        let all = std::iter::successors(next(None), |doubt| next(Some(doubt)));
        let codes: Vec<&str> = all.map(|doubt| doubt.code()).collect();
        assert_eq!(codes, Doubt::CODES);
    }
}
