//! Argo's `Rollout`.

use super::kind::Kind;
use super::parts::collect::collect;
use super::parts::known_fields::{CONTAINER, CONTAINER_PORT, LABEL_SELECTOR, OBJECT};
use super::parts::labels::Labels;
use super::parts::scale_target::scale_target;
use super::parts::service_ref::{Role, ServiceRef};
use super::parts::workload::{Workload, WorkloadRef};
use super::row::{Pods, Row, Runtime, Version};
use crate::yaml::cursor::Cursor;

/// Fields: argo-rollouts `pkg/apis/rollouts/v1alpha1/types.go`.
pub(super) static ROW: Row = Row {
    known: &[
        OBJECT,
        (
            "spec",
            "replicas selector workloadRef template minReadySeconds strategy revisionHistoryLimit \
             paused progressDeadlineSeconds progressDeadlineAbort restartAt analysis \
             rollbackWindow",
        ),
        ("spec.selector", LABEL_SELECTOR),
        ("spec.workloadRef", "apiVersion kind name scaleDown"),
        ("spec.template", "metadata spec"),
        ("spec.template.spec.containers[]", CONTAINER),
        ("spec.template.spec.containers[].ports[]", CONTAINER_PORT),
        ("spec.strategy", "canary blueGreen"),
        (
            "spec.strategy.canary",
            "canaryService stableService canaryMetadata stableMetadata steps trafficRouting \
             maxUnavailable maxSurge analysis antiAffinity scaleDownDelaySeconds \
             scaleDownDelayRevisionLimit abortScaleDownDelaySeconds dynamicStableScale pingPong \
             minPodsPerReplicaSet replicaProgressThreshold",
        ),
        ("spec.strategy.canary.pingPong", "pingService pongService"),
        (
            "spec.strategy.blueGreen",
            "activeService previewService activeMetadata previewMetadata previewReplicaCount \
             autoPromotionEnabled autoPromotionSeconds maxUnavailable scaleDownDelaySeconds \
             scaleDownDelayRevisionLimit abortScaleDownDelaySeconds prePromotionAnalysis \
             postPromotionAnalysis antiAffinity",
        ),
    ],
    pods: Some(Pods {
        are_long_running: true,
        need_selector: true,
        can_scale: true,
        labels: &[
            // `DefaultRolloutUniqueLabelKey`
            ("rollouts-pod-template-hash", Runtime::Unknown),
        ],
    }),
    references: services,
    target: scale_target,
    ..Row::new("Rollout", &[Version::extension("argoproj.io/v1alpha1")])
};

/// The Rollout itself, and the experiments in its steps.
pub(super) fn read(object: Cursor<'_>) -> Vec<Workload> {
    let reference = object.path(["spec", "workloadRef"]);
    let rollout = Workload {
        added_labels: added_labels(object),
        template_elsewhere: reference.and_then(WorkloadRef::read),
        ..Workload::read(Kind::Rollout, &ROW, object)
    };
    let mut workloads = vec![rollout];
    workloads.extend(experiments(object));
    workloads
}

/// The pods of experiments (`spec.strategy.canary.steps[].experiment.templates`), which have labels
/// of their own.
fn experiments(rollout: Cursor<'_>) -> impl Iterator<Item = Workload> {
    let steps = rollout.path(["spec", "strategy", "canary", "steps"]);
    let steps = steps.into_iter().flat_map(Cursor::items);
    let experiments = steps.filter_map(|step| step.get("experiment"));
    let templates = experiments.flat_map(|experiment| experiment.list("templates"));
    templates.map(move |template| Workload::custom(rollout, template))
}

/// Where a Rollout names a Service, and where the labels are that its pods have besides those of
/// the template while that Service selects them.
const SERVICES: &[(Role, &[&str], Option<&str>)] = &[
    (
        Role::ActiveService,
        &["blueGreen", "activeService"],
        Some("activeMetadata"),
    ),
    (
        Role::PreviewService,
        &["blueGreen", "previewService"],
        Some("previewMetadata"),
    ),
    (
        Role::StableService,
        &["canary", "stableService"],
        Some("stableMetadata"),
    ),
    (
        Role::CanaryService,
        &["canary", "canaryService"],
        Some("canaryMetadata"),
    ),
    (
        Role::PingService,
        &["canary", "pingPong", "pingService"],
        None,
    ),
    (
        Role::PongService,
        &["canary", "pingPong", "pongService"],
        None,
    ),
];

/// The Services that it points at its versions.
fn services(rollout: Cursor<'_>) -> Vec<ServiceRef> {
    let strategy = rollout.path(["spec", "strategy"]);
    let named = SERVICES.iter().filter_map(|(role, path, _)| {
        let field = path
            .iter()
            .try_fold(strategy?, |cursor, name| cursor.get(name))?;
        let name = field.string().filter(|name| !name.value.is_empty())?;
        Some(ServiceRef {
            role: *role,
            name,
            namespace: None,
            port: None,
            weight: None,
            key: field.key_span(),
            described: None,
        })
    });
    collect(named)
}

/// The labels that the controller puts on the pods of each version while they have a role.
fn added_labels(rollout: Cursor<'_>) -> Vec<(Role, Labels)> {
    let strategy = rollout.path(["spec", "strategy"]);
    let added = SERVICES.iter().filter_map(|(role, path, metadata)| {
        let of_kind = strategy?.get(path[0])?;
        let labels = of_kind.get((*metadata)?)?.get("labels")?;
        Some((*role, Labels::read(Some(labels))))
    });
    collect(added)
}
