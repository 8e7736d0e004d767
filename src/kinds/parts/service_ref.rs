//! What points at a Service by its name.

use super::port::PortRef;
use crate::kinds::described::{Cross, Described};
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;
use std::sync::Arc;

/// A Service's name in another object, and what comes with it.
#[derive(Clone, Debug)]
pub struct ServiceRef {
    /// What the object needs the Service for.
    pub role: Role,
    /// The name.
    pub name: Spanned<String>,
    /// The namespace, if the reference has one of its own.
    pub namespace: Option<Spanned<String>>,
    /// The port of the Service, by number or by name; none when it is absent.
    pub port: Option<Spanned<PortRef>>,
    /// The part of the traffic that it gets, if that is written.
    pub weight: Option<i64>,
    /// The key that the reference stands under, for what is absent.
    pub key: Span,
    /// What its row says, if it is read by one.
    pub described: Option<Arc<Described>>,
}

/// What an object needs a Service for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// `Ingress.spec.defaultBackend` and `rules[].http.paths[].backend`: requests are sent to it.
    Backend,
    /// `rules[].backendRefs` of a route of the Gateway API: requests are sent to it.
    RouteBackend,
    /// `filters[].requestMirror` of such a route: copies of requests are sent to it.
    Mirror,
    /// `filters[].externalAuth` of such a route: it is asked whether to let a request through.
    Authorizer,
    /// `parentRefs` of such a route, which decides over what is sent to it in a mesh.
    Parent,
    /// `targetRefs` of a `BackendTLSPolicy`, which says how to speak with it.
    PolicyTarget,
    /// `clientConfig.service` of a webhook or a conversion, `APIService.spec.service`: the API
    /// server calls it.
    Webhook,
    /// `StatefulSet.spec.serviceName`: pods have their names below it.
    Governing,
    /// `spec.to` and `spec.alternateBackends` of a `Route` of `OpenShift`: requests are sent to its
    /// pods.
    RouteTarget,
    /// `Rollout.spec.strategy.blueGreen.activeService`: it is pointed at the version that serves.
    ActiveService,
    /// `blueGreen.previewService`: at the version that is to serve next.
    PreviewService,
    /// `Rollout.spec.strategy.canary.stableService`: at the version that serves most requests.
    StableService,
    /// `canary.canaryService`: at the version that is tried out.
    CanaryService,
    /// `canary.pingPong.pingService`: at one of both versions.
    PingService,
    /// `canary.pingPong.pongService`: at the other one.
    PongService,
    /// A field of a custom resource, as a page of `rules/kinds` describes it.
    Described,
}

/// What the API server calls when no port is written (apiserver
/// `pkg/util/webhook/client.go`, `defaults.go:SetDefaults_ServiceReference` of each group).
const HTTPS: i64 = 443;

impl Role {
    /// Whether requests are sent to the Service because of it.
    pub fn sends(self) -> bool {
        match self {
            Self::Backend
            | Self::RouteBackend
            | Self::Mirror
            | Self::Authorizer
            | Self::Webhook
            | Self::RouteTarget
            | Self::Described => true,
            Self::Parent
            | Self::PolicyTarget
            | Self::Governing
            | Self::ActiveService
            | Self::PreviewService
            | Self::StableService
            | Self::CanaryService
            | Self::PingService
            | Self::PongService => false,
        }
    }

    /// Whether a Rollout points the Service at one of its versions.
    pub fn is_of_rollout(self) -> bool {
        matches!(
            self,
            Self::ActiveService
                | Self::PreviewService
                | Self::StableService
                | Self::CanaryService
                | Self::PingService
                | Self::PongService
        )
    }

    /// The word for it in a message.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Backend | Self::RouteBackend | Self::RouteTarget => "backend",
            Self::Mirror => "mirror",
            Self::Parent => "parent",
            Self::Authorizer => "authorizer",
            Self::PolicyTarget => "target",
            Self::Webhook | Self::Described => "service",
            Self::Governing => "serviceName",
            Self::ActiveService => "activeService",
            Self::PreviewService => "previewService",
            Self::StableService => "stableService",
            Self::CanaryService => "canaryService",
            Self::PingService => "pingService",
            Self::PongService => "pongService",
        }
    }
}

/// The part of the traffic that goes to one of several backends.
pub(in crate::kinds) fn weight(backend: Cursor<'_>) -> Option<i64> {
    let weight = backend.get("weight")?.integer()?;
    Some(weight.value)
}

impl ServiceRef {
    /// Reads `name`, `namespace` and `port` of a mapping, the usual form. None without a name.
    pub fn read(role: Role, reference: Cursor<'_>) -> Option<Self> {
        let name = reference.get("name")?.string()?;
        let namespace = reference.get("namespace").and_then(Cursor::string);
        (!name.value.is_empty()).then(|| Self {
            role,
            name,
            namespace: namespace.filter(|namespace| !namespace.value.is_empty()),
            port: reference.get("port").and_then(PortRef::read),
            weight: weight(reference),
            key: reference.key_span(),
            described: None,
        })
    }

    /// Whether it may name a Service of another namespace.
    pub fn crosses_namespaces(&self) -> bool {
        match &self.described {
            Some(described) => described.cross != Cross::Never,
            None => matches!(
                self.role,
                Role::RouteBackend | Role::Mirror | Role::Authorizer | Role::Parent | Role::Webhook
            ),
        }
    }

    /// The port that is written, or what an absent one means; none if that means nothing.
    pub fn wanted_port(&self) -> Option<Spanned<PortRef>> {
        let default =
            || (self.role == Role::Webhook).then(|| Spanned::new(PortRef::Number(HTTPS), self.key));
        self.port.clone().or_else(default)
    }
}
