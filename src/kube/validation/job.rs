//! Jobs and `CronJobs`: their selectors and pod templates.

use std::collections::BTreeMap;

use k8s_openapi::api::batch::v1::{CronJob, CronJobSpec, Job, JobSpec};

use super::completion::validate_completion;
use super::cron::{validate_concurrency_policy, validate_schedule_format, validate_time_zone};
use super::errors::{Errors, Scalar};
use super::labels::{
    first_unmet, validate_label_selector, validate_label_value, validate_labels_at,
};
use super::metadata::{Scope, validate_object_meta};
use super::names::{NameShape, is_dns1123_label};
use super::numbers::validate_nonnegative;
use super::pod::{Owner, validate_pod_template_spec};
use super::{Concern, Options, Validate, Violation, Written, text};
use crate::yaml::field::Path;

/// Labels that the server gives the template of a Job, with the Job's name as value.
const JOB_NAME_LABELS: [&str; 2] = ["job-name", "batch.kubernetes.io/job-name"];
/// The same with a uid that nobody knows before.
const CONTROLLER_UID_LABELS: [&str; 2] = ["controller-uid", "batch.kubernetes.io/controller-uid"];
/// Stands for that uid: no label value can have this form.
const UNKNOWN_UID: &str = "*";
const CRON_JOB_NAME_LENGTH: usize = 52;

impl Validate for Job {
    fn validate(&self, _: Written<'_>, options: &Options) -> Vec<Violation> {
        let mut errors = Errors::default();
        validate_job(self, options, &mut errors);
        errors.into_violations()
    }
}

impl Validate for CronJob {
    fn validate(&self, _: Written<'_>, options: &Options) -> Vec<Violation> {
        let mut errors = Errors::default();
        validate_cron_job_create(self, options, &mut errors);
        errors.into_violations()
    }
}

/// Kubernetes, `pkg/apis/batch/validation/validation.go`: `ValidateJobCreate`.
fn validate_job(job: &Job, options: &Options, errors: &mut Errors) {
    validate_object_meta(
        &job.metadata,
        Scope::Namespace,
        NameShape::Subdomain,
        errors,
    );
    let empty = JobSpec::default();
    let spec = job.spec.as_ref().unwrap_or(&empty);
    let path = Path::new("spec");
    if spec.manual_selector == Some(true) {
        require_manual_selector(spec, &path, errors);
    } else {
        errors.about(Concern::Labels, |errors| {
            validate_generated_selector(job, spec, &path, errors);
        });
    }
    validate_job_spec(spec, &path, options, errors);
    validate_name_allows_completions(job, spec, errors);
}

/// The pods of a Job with indexes have its name and their index as host name.
///
/// Kubernetes, `pkg/apis/batch/validation/validation.go`: `validateNameAllowsCompletions`.
fn validate_name_allows_completions(job: &Job, spec: &JobSpec, errors: &mut Errors) {
    let is_indexed = spec.completion_mode.as_deref() == Some("Indexed");
    let Some(completions @ 1..) = spec.completions.filter(|_| is_indexed) else {
        return;
    };
    let name = text(job.metadata.name.as_ref());
    let host = format!("{name}-{}", completions - 1);
    if !is_dns1123_label(&host).is_empty() {
        let detail = format!("will not able to create pod with invalid DNS label: {host}");
        errors.invalid(&Path::new("metadata").child("name"), name, &detail);
    }
}

/// With `manualSelector` the selector is the user's.
///
/// The second half of `ValidateJobSpec`.
fn require_manual_selector(spec: &JobSpec, path: &Path<'_>, errors: &mut Errors) {
    let selector_path = path.child("selector");
    let before = errors.len();
    match &spec.selector {
        Some(selector) => validate_label_selector(selector, &selector_path, errors),
        None => errors.required(&selector_path, "").concern = Concern::OwnPods,
    }
    let valid = errors.len() == before || spec.selector.is_none();
    if valid {
        validate_template_labels(spec, |key| template_label(spec, key), path, errors);
    }
}

fn template_label<'a>(spec: &'a JobSpec, key: &str) -> Option<&'a str> {
    let labels = spec.template.metadata.as_ref()?.labels.as_ref()?;
    labels.get(key).map(String::as_str)
}

fn validate_template_labels<'a>(
    spec: &JobSpec,
    label: impl Fn(&str) -> Option<&'a str>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let unmet = match &spec.selector {
        Some(selector) => match first_unmet(selector, label, &path.child("selector")) {
            None => return,
            unmet => unmet,
        },
        None => None,
    };
    let path = path.child("template");
    let path = path.child("metadata");
    let detail = "`selector` does not match template `labels`";
    let violation = errors.invalid(&path.child("labels"), Scalar::Other, detail);
    violation.other = unmet.map(|unmet| (unmet.path, unmet.text));
    violation.concern = Concern::OwnPods;
}

/// Without `manualSelector` the server adds labels to the template and selects them. They must not
/// contradict what is written, and the name of the Job has to be a label value.
///
/// Kubernetes, `pkg/registry/batch/job/strategy.go`: `generateSelector`, and
/// `pkg/apis/batch/validation/validation.go`: `validateGeneratedSelector`.
fn validate_generated_selector(job: &Job, spec: &JobSpec, path: &Path<'_>, errors: &mut Errors) {
    let name = text(job.metadata.name.as_ref());
    let labels_path = path.child("template");
    let labels_path = labels_path.child("metadata");
    let labels_path = labels_path.child("labels");
    // What was read from a cluster has one.
    let uid = job.metadata.uid.as_deref().unwrap_or(UNKNOWN_UID);
    let expected = JOB_NAME_LABELS.map(|key| (key, name));
    let expected = expected
        .into_iter()
        .chain(CONTROLLER_UID_LABELS.map(|key| (key, uid)));
    for (key, value) in expected {
        if template_label(spec, key).is_some_and(|written| written != value) {
            let detail = match value {
                UNKNOWN_UID => "must be the uid of the Job".to_owned(),
                name => format!("must be '{name}'"),
            };
            errors.invalid(&labels_path.key(key), Scalar::Other, &detail);
        }
    }
    validate_inherited_labels(job, spec, name, path, errors);

    let Some(selector) = &spec.selector else {
        return;
    };
    let before = errors.len();
    let selector_path = path.child("selector");
    validate_label_selector(selector, &selector_path, errors);
    if errors.len() > before {
        return;
    }
    let generated = |key: &str| {
        if JOB_NAME_LABELS.contains(&key) {
            Some(name)
        } else {
            CONTROLLER_UID_LABELS.contains(&key).then_some(uid)
        }
    };
    if let Some(unmet) = first_unmet(selector, generated, &selector_path) {
        let violation = errors.invalid(
            &selector_path,
            Scalar::Other,
            "`selector` not auto-generated",
        );
        violation.place = Some(unmet.path);
    }
    let label = |key: &str| template_label(spec, key).or_else(|| generated(key));
    validate_template_labels(spec, label, path, errors);
}

/// A Job without labels has those of its template, the generated ones included.
fn validate_inherited_labels(
    job: &Job,
    spec: &JobSpec,
    name: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let metadata = Path::new("metadata");
    let inherited_path = metadata.child("labels");
    let template_path = path.child("template");
    let template = spec.template.metadata.as_ref();
    let labels = template.and_then(|metadata| metadata.labels.as_ref());
    let own = job.metadata.labels.as_ref();
    let inherits = labels.is_some() && own.is_none_or(BTreeMap::is_empty);
    if inherits {
        let written = template_path.child("metadata");
        validate_labels_at(labels, &inherited_path, &written.child("labels"), errors);
    }
    for key in JOB_NAME_LABELS {
        if template_label(spec, key).is_some() {
            continue;
        }
        for message in validate_label_value(name) {
            let name_path = metadata.child("name").to_field_path();
            errors
                .invalid(&template_path.child("labels"), name, &message)
                .place = Some(name_path.clone());
            if inherits {
                errors.invalid(&inherited_path, name, &message).place = Some(name_path);
            }
        }
    }
}

/// Kubernetes, `pkg/apis/batch/validation/validation.go`: `validateJobSpec`.
fn validate_job_spec(spec: &JobSpec, path: &Path<'_>, options: &Options, errors: &mut Errors) {
    validate_completion(spec, options, path, errors);
    let template = &spec.template;
    let path = path.child("template");
    validate_pod_template_spec(template, Owner::Template, &path, options, errors);
    let pod = template.spec.as_ref();
    let policy = text(pod.and_then(|pod| pod.restart_policy.as_ref()));
    let path = path.child("spec");
    let path = path.child("restartPolicy");
    match policy {
        "" | "Always" => {
            errors.required(&path, "valid values: \"OnFailure\", \"Never\"");
        }
        "OnFailure" if spec.pod_failure_policy.is_some() => {
            let detail = "only \"Never\" is supported when podFailurePolicy is specified";
            errors.invalid(&path, policy, detail);
        }
        "OnFailure" | "Never" => {}
        unknown => {
            errors.not_supported(&path, unknown, &["OnFailure", "Never"]);
        }
    }
}

/// Kubernetes, `pkg/apis/batch/validation/validation.go`: `ValidateCronJobCreate`.
fn validate_cron_job_create(cron_job: &CronJob, options: &Options, errors: &mut Errors) {
    validate_object_meta(
        &cron_job.metadata,
        Scope::Namespace,
        NameShape::Subdomain,
        errors,
    );
    let spec = &cron_job.spec;
    validate_cron_job_spec(spec, &Path::new("spec"), options, errors);
    // Each Job's name has eleven characters more.
    let name = text(cron_job.metadata.name.as_ref());
    if name.len() > CRON_JOB_NAME_LENGTH {
        let detail = format!("must be no more than {CRON_JOB_NAME_LENGTH} characters");
        let path = Path::new("metadata");
        errors.invalid(&path.child("name"), name, &detail);
    }
}

/// Kubernetes, `pkg/apis/batch/validation/validation.go`: `validateCronJobSpec`.
fn validate_cron_job_spec(
    spec: &CronJobSpec,
    path: &Path<'_>,
    options: &Options,
    errors: &mut Errors,
) {
    validate_schedule_format(spec, &path.child("schedule"), errors);
    validate_time_zone(spec, &path.child("timeZone"), errors);
    validate_concurrency_policy(spec, &path.child("concurrencyPolicy"), errors);
    if let Some(seconds @ ..=-1) = spec.starting_deadline_seconds {
        let detail = "must be greater than or equal to 0";
        errors.invalid(&path.child("startingDeadlineSeconds"), seconds, detail);
    }
    for (field, limit) in [
        (
            "successfulJobsHistoryLimit",
            spec.successful_jobs_history_limit,
        ),
        ("failedJobsHistoryLimit", spec.failed_jobs_history_limit),
    ] {
        validate_nonnegative(limit, &path.child(field), errors);
    }
    let empty = JobSpec::default();
    let job = spec.job_template.spec.as_ref().unwrap_or(&empty);
    let path = path.child("jobTemplate");
    let path = path.child("spec");
    validate_job_spec(job, &path, options, errors);
    if job.selector.is_some() {
        let detail = "`selector` will be auto-generated";
        errors
            .invalid(&path.child("selector"), Scalar::Other, detail)
            .concern = Concern::Labels;
    }
    if job.manual_selector == Some(true) {
        errors.not_supported(
            &path.child("manualSelector"),
            Scalar::Other,
            &["nil", "false"],
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::validation::testing::refused;
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    fn job(name: &str, spec: &Value) -> Value {
        let mut object = json!({"metadata": {"name": name}, "spec": {"template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "restartPolicy": "Never", "containers": [{"name": "web", "image": "web"}],
            },
        }}});
        for (key, value) in spec.as_object().expect("an object") {
            object["spec"][key] = value.clone();
        }
        object
    }

    #[test]
    fn the_name_becomes_a_label_of_the_template_and_of_the_job() {
        let long = "a".repeat(64);
        let fields = ["spec.template.labels Invalid", "metadata.labels Invalid"];
        let twice = [fields, fields].concat();
        assert_eq!(refused::<Job>(&job(&long, &json!({}))), twice);
        let mut object = job(&long, &json!({}));
        object["metadata"]["labels"] = json!({"app": "web"});
        assert_eq!(refused::<Job>(&object), ["spec.template.labels Invalid"; 2]);
    }

    #[test]
    fn a_selector_is_generated_unless_it_is_manual() {
        let selector = json!({"matchLabels": {"app": "web"}});
        let object = job("web", &json!({"selector": selector}));
        assert_eq!(refused::<Job>(&object), ["spec.selector Invalid"]);
        let object = job(
            "web",
            &json!({"selector": selector, "manualSelector": true}),
        );
        assert_eq!(refused::<Job>(&object), NOTHING);
        let object = job("web", &json!({"manualSelector": true}));
        let fields = [
            "spec.selector Required",
            "spec.template.metadata.labels Invalid",
        ];
        assert_eq!(refused::<Job>(&object), fields);
        let mut object = job("web", &json!({}));
        object["spec"]["template"]["metadata"]["labels"] = json!({"job-name": "other"});
        let field = "spec.template.metadata.labels[job-name] Invalid";
        assert_eq!(refused::<Job>(&object), [field]);
    }

    #[test]
    fn what_was_read_from_a_cluster_has_the_uid_that_was_given_to_it() {
        let selector = json!({"matchLabels": {"batch.kubernetes.io/controller-uid": "8960b67d"}});
        let mut object = job("web", &json!({"selector": selector}));
        object["spec"]["template"]["metadata"]["labels"] =
            json!({"controller-uid": "8960b67d", "job-name": "web"});
        let fields = [
            "spec.template.metadata.labels[controller-uid] Invalid",
            "spec.selector Invalid",
            "spec.template.metadata.labels Invalid",
        ];
        assert_eq!(refused::<Job>(&object), fields);
        object["metadata"]["uid"] = json!("8960b67d");
        assert_eq!(refused::<Job>(&object), NOTHING);
        object["metadata"]["uid"] = json!("other");
        assert_eq!(refused::<Job>(&object), fields);
    }

    #[test]
    fn pods_of_jobs_end() {
        let mut object = job("web", &json!({}));
        object["spec"]["template"]["spec"]["restartPolicy"] = json!(null);
        let field = "spec.template.spec.restartPolicy Required";
        assert_eq!(refused::<Job>(&object), [field]);
    }

    #[test]
    fn cron_jobs_have_shorter_names() {
        let cron_job = |name: String| {
            let template = job("unused", &json!({}))["spec"].clone();
            refused::<CronJob>(&json!({"metadata": {"name": name}, "spec": {
                "schedule": "@daily", "jobTemplate": {"spec": template},
            }}))
        };
        assert_eq!(cron_job("a".repeat(52)), NOTHING);
        assert_eq!(cron_job("a".repeat(53)), ["metadata.name Invalid"]);
    }
}
