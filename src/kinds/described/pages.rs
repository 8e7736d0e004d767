//! The list of pages.

use super::page::Page;

macro_rules! count {
    ($($name:literal)*) => { [$($name),*].len() };
}

macro_rules! pages {
    ($($name:literal: $($kind:literal)* $(, on $($prefix:literal)+)?;)+) => {
        /// All pages of `rules/kinds`, each with the kinds that it is of and what the annotations
        /// begin with that it is about.
        pub static PAGES: [Page; count!($($name)+)] = [$(
            Page::new(
                $name,
                include_str!(concat!("../../../rules/kinds/", $name, ".md")),
                &[$($kind),*],
                &[$($($prefix),+)?],
            ),
        )+];
    };
}

pages! {
    "apisix": "ApisixRoute" "ApisixUpstream" "ApisixPluginConfig";
    "argo-analysis": "AnalysisTemplate" "ClusterAnalysisTemplate";
    "aws-load-balancer":
        "TargetGroupBinding" "Ingress", on "alb.ingress.kubernetes.io/"
        "service.beta.kubernetes.io/";
    "calico": "NetworkPolicy" "GlobalNetworkPolicy";
    "cert-manager": "Issuer" "ClusterIssuer";
    "cilium": "CiliumNetworkPolicy" "CiliumClusterwideNetworkPolicy";
    "contour": "HTTPProxy" "ExtensionService", on "projectcontour.io/" "contour.heptio.com/";
    "elastic":
        "Elasticsearch" "Kibana" "ApmServer" "EnterpriseSearch" "Agent" "ElasticMapsServer"
        "Logstash";
    "emissary":
        "Mapping" "TCPMapping" "AmbassadorMapping" "AmbassadorTCPMapping" "AuthService"
        "RateLimitService" "LogService" "TracingService", on "getambassador.io/";
    "external-dns": "DNSEndpoint", on "external-dns.alpha.kubernetes.io/";
    "flagger": "Canary";
    "gateway-api": "Gateway" "HTTPRoute" "GRPCRoute" "BackendTLSPolicy" "ReferenceGrant";
    "gateway-policies":
        "XBackendTrafficPolicy" "BackendLBPolicy" "SecurityPolicy" "BackendTrafficPolicy"
        "ClientTrafficPolicy" "EnvoyExtensionPolicy";
    "gke":
        "BackendConfig" "HealthCheckPolicy" "GCPBackendPolicy" "GCPGatewayPolicy", on
        "cloud.google.com/" "beta.cloud.google.com/" "service.alpha.kubernetes.io/";
    "gloo": "VirtualService" "RouteTable" "Upstream" "UpstreamGroup";
    "google-managed-prometheus": "PodMonitoring" "ClusterPodMonitoring";
    "grafana": "ConfigMap" "GrafanaDatasource" "Grafana";
    "haproxy": "TCP";
    "inference-pool": "InferencePool";
    "ingress-nginx": "ConfigMap", on "nginx.ingress.kubernetes.io/" "ingress.kubernetes.io/";
    "istio":
        "AuthorizationPolicy" "PeerAuthentication" "RequestAuthentication" "Sidecar" "EnvoyFilter"
        "WorkloadEntry" "Telemetry" "WasmPlugin";
    "kafka-operators":
        "Kafka" "KafkaNodePool" "KafkaConnect" "KafkaMirrorMaker2" "KafkaBridge" "KafkaCluster";
    "keda": "ScaledObject" "ScaledJob" "HTTPScaledObject" "InterceptorRoute";
    "knative":
        "Service" "DomainMapping" "Trigger" "Subscription" "PingSource" "ApiServerSource"
        "ContainerSource" "SinkBinding";
    "kong":
        "TCPIngress" "UDPIngress" "KongIngress" "KongPlugin" "KongClusterPlugin"
        "KongUpstreamPolicy" "KongServiceFacade", on "konghq.com/";
    "kserve": "InferenceService";
    "kuberay": "RayCluster" "RayService" "RayJob";
    "linkerd":
        "Server" "ServerAuthorization" "AuthorizationPolicy" "MeshTLSAuthentication"
        "NetworkAuthentication" "HTTPRoute" "ServiceProfile";
    "metallb": , on "metallb.io/" "metallb.universe.tf/";
    "mongodb-operators": "MongoDBCommunity" "PerconaServerMongoDB" "PerconaXtraDBCluster";
    "multi-cluster-services": "ServiceExport" "ServiceImport";
    "nginx-ingress-controller": "VirtualServer" "VirtualServerRoute" "TransportServer" "Policy";
    "postgres-operators": "Cluster" "Pooler" "postgresql" "PostgresCluster";
    "prometheus-operator":
        "Probe" "ScrapeConfig" "Prometheus" "PrometheusAgent" "Alertmanager" "ThanosRuler";
    "rabbitmq": "RabbitmqCluster";
    "redis-operators": "RedisFailover" "Redis" "RedisCluster" "RedisReplication" "RedisSentinel";
    "smi": "TrafficSplit";
    "traefik":
        "IngressRoute" "IngressRouteTCP" "IngressRouteUDP" "TraefikService" "Middleware"
        "MiddlewareTCP" "TLSOption" "ServersTransport" "ServersTransportTCP", on
        "traefik.ingress.kubernetes.io/";
    "victoria-metrics":
        "VMServiceScrape" "VMPodScrape" "VMProbe" "VMStaticScrape" "VMAgent" "VMAlert" "VMSingle"
        "VMCluster" "VMAlertmanager" "VMAuth";
}

#[cfg(test)]
mod tests {
    use super::super::knows::KnowsRow;
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_list_says_which_kinds_a_page_is_of() {
        for page in &PAGES {
            let front = page.front();
            let kinds: BTreeSet<&str> = front.kinds.iter().map(|row| row.kind.as_str()).collect();
            let listed: BTreeSet<&str> = page.kinds.iter().copied().collect();
            assert_eq!(listed, kinds, "{}", page.name);
            for of in front.refers().flat_map(|row| &row.of) {
                assert!(kinds.contains(of.as_str()), "{}: {of}", page.name);
            }
        }
    }

    #[test]
    fn every_row_names_the_source_that_decides() {
        for page in &PAGES {
            let front = page.front();
            let unsourced: Vec<&str> = front.sources().filter(|own| own.is_empty()).collect();
            assert!(unsourced.is_empty(), "{}: {}", page.name, unsourced.len());
        }
    }

    #[test]
    fn the_list_says_which_annotations_a_page_is_about() {
        for page in &PAGES {
            let front = page.front();
            let keys = front
                .annotations
                .iter()
                .filter_map(|row| row.key.as_deref());
            let known = front.knows.iter().flat_map(KnowsRow::prefixes);
            let belong = front.belongs.iter().map(|row| row.prefix.as_str());
            for key in keys.chain(known).chain(belong) {
                let mut prefixes = page.prefixes.iter();
                let is_listed = prefixes.any(|prefix| key.starts_with(prefix));
                assert!(is_listed, "{}: {key}", page.name);
            }
        }
    }
}
