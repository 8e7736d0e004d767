//! The table of kinds: one line for each, from which everything follows that has to know them all.
//!
//! A line names the kind and its file. The file holds the kind's row (`ROW`: what is known of the
//! kind) and how an object of it is read (`read`). What `read` returns is kept; the line of the
//! first kind that keeps a type names it, and by what name an object is asked for it. So a new kind
//! is its file, its `mod` line beside the others, and a line here.

/// Hands all lines to a macro.
macro_rules! kinds {
    ($expand:ident) => {
        $expand! {
            Service: service keeps Service as service,
            Pod: pod,
            Deployment: deployment,
            StatefulSet: stateful_set,
            DaemonSet: daemon_set,
            ReplicaSet: replica_set,
            ReplicationController: replication_controller,
            Job: job,
            CronJob: cron_job,
            /// `OpenShift`'s `DeploymentConfig`.
            DeploymentConfig: deployment_config,
            /// Argo's `Rollout`.
            Rollout: rollout,
            Ingress: ingress keeps Ingress as ingress,
            IngressClass: ingress_class,
            NetworkPolicy: network_policy keeps NetworkPolicy as network_policy,
            /// Cilium's.
            CiliumNetworkPolicy: cilium_network_policy,
            ConfigMap: config_map keeps ConfigMap as config_map,
            Secret: secret keeps Secret as secret,
            Namespace: namespace keeps NamespaceLabels as namespace_labels,
            PodDisruptionBudget: pod_disruption_budget keeps Budget as budget,
            HorizontalPodAutoscaler: horizontal_pod_autoscaler keeps Autoscaler as autoscaler,
            EndpointSlice: endpoint_slice,
            Endpoints: endpoints keeps Endpoints as endpoints,
            ValidatingWebhookConfiguration: validating_webhook_configuration,
            MutatingWebhookConfiguration: mutating_webhook_configuration,
            /// `OpenShift`'s `Route`.
            OpenShiftRoute: openshift_route keeps OpenShiftRoute as openshift_route,
            /// Istio's.
            VirtualService: virtual_service keeps VirtualService as virtual_service,
            /// Istio's.
            DestinationRule: destination_rule keeps DestinationRule as destination_rule,
            /// Istio's `Gateway`, not that of the Gateway API.
            IstioGateway: istio_gateway keeps IstioGateway as istio_gateway,
            /// Istio's.
            ServiceEntry: service_entry keeps ServiceEntry as service_entry,
            /// The Prometheus operator's `ServiceMonitor`.
            ServiceMonitor: service_monitor keeps Monitor as monitor,
            /// The Prometheus operator's `PodMonitor`.
            PodMonitor: pod_monitor,
            APIService: api_service,
            CustomResourceDefinition: custom_resource_definition,
            HTTPRoute: http_route keeps GatewayRoute as gateway_route,
            GRPCRoute: grpc_route,
            TLSRoute: tls_route,
            TCPRoute: tcp_route,
            UDPRoute: udp_route,
            /// The Gateway API's `Gateway`.
            Gateway: gateway keeps Gateway as gateway,
            ListenerSet: listener_set,
            /// `ListenerSet` as it was tried out.
            XListenerSet: x_listener_set,
            ReferenceGrant: reference_grant keeps ReferenceGrant as reference_grant,
            BackendTLSPolicy: backend_tls_policy keeps BackendTlsPolicy as backend_tls_policy,
            /// cert-manager's.
            Certificate: certificate,
            /// External Secrets'.
            ExternalSecret: external_secret,
            /// Sealed Secrets'.
            SealedSecret: sealed_secret keeps SecretMaker as secret_maker,
            /// An object of a group that is not Kubernetes' own: an operator's, a mesh's, ...
            Custom: custom,
        }
    };
}

pub(crate) use kinds;
