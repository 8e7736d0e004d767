//! What a kustomization does to the objects that it takes in, as far as that can be done without a
//! build: labels and replicas.

use crate::kinds::{
    Body, Kind, LabelSelector, Labels, NetworkPolicy, Pair, Peer, Selector, Service, ServiceType,
    Workload,
};
use crate::object::Object;
use crate::text::source::{SourceId, Span, Spanned};

/// What is done, in the order in which kustomize does it
/// (`api/internal/target/kusttarget_configplugin.go`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    /// `labels`, and then `commonLabels`.
    pub labels: Vec<AddedLabels>,
    /// `replicas`: the names of workloads, and how many pods each gets.
    pub replicas: Vec<(String, Spanned<i64>)>,
}

/// Labels that objects get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedLabels {
    /// The pairs.
    pub pairs: Vec<Pair>,
    /// Whether selectors get them, and so templates: `includeSelectors`, and `commonLabels`.
    pub in_selectors: bool,
    /// Whether templates get them: `includeTemplates`.
    pub in_templates: bool,
}

impl Edits {
    /// The same, of the kustomization in this text.
    #[must_use]
    pub fn in_text(mut self, source: SourceId) -> Self {
        let pairs = self.labels.iter_mut().flat_map(|added| &mut added.pairs);
        for pair in pairs {
            pair.key.span.source = source;
            pair.value.span.source = source;
        }
        for (_, count) in &mut self.replicas {
            count.span.source = source;
        }
        self
    }

    /// Does it to an object. Kustomize knows the kinds of Kubernetes; `knows_custom` says that a
    /// configuration may tell it of others.
    pub fn apply(&self, object: &mut Object, knows_custom: bool) {
        for added in &self.labels {
            added.apply(object, knows_custom);
        }
        let replicas = self.replicas.iter();
        let mut own = replicas.filter(|(name, _)| *name == object.identity.name);
        if let (Some((_, count)), Body::Workloads(workloads)) = (own.next_back(), &mut object.body)
        {
            let scaled = workloads.iter_mut().filter(|own| is_scaled(own.kind));
            scaled.for_each(|own| own.replicas = Some(count.clone()));
        }
    }
}

/// The kinds whose replicas kustomize sets (`api/konfig/builtinpluginconsts/replicas.go`).
fn is_scaled(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Deployment | Kind::ReplicaSet | Kind::ReplicationController | Kind::StatefulSet
    )
}

impl AddedLabels {
    /// Puts them where kustomize does (`api/konfig/builtinpluginconsts/commonlabels.go`).
    fn apply(&self, object: &mut Object, knows_custom: bool) {
        match &mut object.body {
            Body::Service(service) => self.apply_to_service(service),
            Body::Workloads(workloads) => {
                for workload in workloads {
                    self.apply_to_workload(workload, knows_custom);
                }
            }
            Body::Budget(budget) => {
                if let Some(selector) = &mut budget.selector {
                    self.extend(selector);
                }
            }
            Body::NetworkPolicy(policy) => self.apply_to_policy(policy),
            _ => {}
        }
    }

    fn apply_to_service(&self, service: &mut Service) {
        self.put(&mut service.labels);
        if !self.in_selectors {
            return;
        }
        match (&mut service.selector, self.key()) {
            (Some(selector), _) => self.put(&mut selector.labels),
            // One without a selector gets one; to an alias of a name it means nothing.
            (selector, Some(key)) if service.service_type != ServiceType::ExternalName => {
                *selector = Some(Selector {
                    key,
                    labels: self.labels(),
                    is_nested: false,
                    alias: None,
                });
            }
            _ => {}
        }
    }

    fn apply_to_workload(&self, workload: &mut Workload, knows_custom: bool) {
        self.put(&mut workload.own_labels);
        let is_custom = match workload.kind {
            Kind::Pod => return self.put(&mut workload.template.labels),
            Kind::Rollout | Kind::DeploymentConfig | Kind::Custom => true,
            _ => false,
        };
        if is_custom && !knows_custom {
            return;
        }
        if self.in_selectors || self.in_templates {
            self.put(&mut workload.template.labels);
        }
        if !self.in_selectors {
            return;
        }
        let is_optional = is_custom || matches!(workload.kind, Kind::Job | Kind::CronJob);
        match (&mut workload.selector, self.key()) {
            (Some(selector), _) if is_optional => self.extend(selector),
            (Some(selector), _) => self.put(&mut selector.labels),
            (selector, Some(key)) if !is_optional && !workload.selector_unreadable => {
                *selector = Some(LabelSelector {
                    key,
                    labels: self.labels(),
                    expressions: Vec::new(),
                    flat: false,
                });
                workload.selector_key = key;
                workload.bare = false;
            }
            _ => {}
        }
    }

    fn apply_to_policy(&self, policy: &mut NetworkPolicy) {
        self.extend(&mut policy.pods);
        let rules = policy.ingress.rules.iter_mut();
        let rules = rules.chain(&mut policy.egress.rules);
        for peer in rules.flat_map(|rule| &mut rule.peers) {
            if let Peer::Pods(peer) = peer
                && let Some(pods) = &mut peer.pods
            {
                self.extend(pods);
            }
        }
    }

    /// Adds to `matchLabels` where there are some: these fields are not created.
    fn extend(&self, selector: &mut LabelSelector) {
        if self.in_selectors && !selector.labels.pairs.is_empty() {
            self.put(&mut selector.labels);
        }
    }

    /// Adds to labels; what has the same key gets the new value.
    fn put(&self, labels: &mut Labels) {
        for pair in &self.pairs {
            let mut own = labels.pairs.iter_mut();
            match own.find(|own| own.key.value == pair.key.value) {
                Some(own) => *own = pair.clone(),
                None => labels.pairs.push(pair.clone()),
            }
        }
    }

    fn labels(&self) -> Labels {
        Labels {
            pairs: self.pairs.clone(),
            is_unreadable: false,
        }
    }

    /// Where the first of them stands.
    fn key(&self) -> Option<Span> {
        self.pairs.first().map(|pair| pair.key.span)
    }
}
