//! The volumes of a pod, and where its containers mount them. What a source says of itself is
//! looked at only for the sources that most pods have.

use k8s_openapi::api::core::v1::{
    Container, HostPathVolumeSource, ImageVolumeSource, PersistentVolumeClaim, Volume,
    VolumeDevice, VolumeMount,
};

use super::errors::Errors;
use super::files::{refuse_backsteps, validate_key_to_paths, validate_local_path, validate_mode};
use super::names::is_dns1123_label;
use super::projected::validate_projected;
use super::{Options, items, text};
use crate::kube::gates::IMAGE_VOLUME;
use crate::yaml::field::Path;

const NO_VOLUME: &str = "the pod has no volume of this name";

/// The names that a container may mount: those of volumes, also of ones that are refused, and of
/// claims that a `StatefulSet` makes.
#[derive(Debug, Default)]
pub(super) struct Volumes<'a>(Vec<&'a str>);

impl Volumes<'_> {
    fn have(&self, name: &str) -> bool {
        self.0.contains(&name)
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateVolumes`.
pub(super) fn validate_volumes<'a>(
    volumes: &'a [Volume],
    claims: &'a [PersistentVolumeClaim],
    options: &Options,
    list: &Path<'_>,
    errors: &mut Errors,
) -> Volumes<'a> {
    for (index, volume) in volumes.iter().enumerate() {
        let path = list.index(index);
        validate_volume_source(volume, options, &path, errors);
        let name = path.child("name");
        if volume.name.is_empty() {
            errors.required(&name, "");
        } else {
            errors.invalid_each(&name, &volume.name, is_dns1123_label(&volume.name));
        }
        let same = |earlier: &Volume| earlier.name == volume.name;
        if let Some(first) = volumes[..index].iter().position(same) {
            let first = list.index(first);
            let first = first.child("name");
            errors.duplicate(&name, &volume.name, &first, "first here");
        }
    }
    let own = volumes.iter().map(|volume| volume.name.as_str());
    let claims = claims
        .iter()
        .map(|claim| text(claim.metadata.name.as_ref()));
    Volumes(own.chain(claims).collect())
}

/// A volume without a source is an empty directory. The server looks into the first of several.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateVolumeSource`, and
/// `pkg/apis/core/v1/defaults.go`: `SetDefaults_Volume`.
fn validate_volume_source(
    volume: &Volume,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let mut sources = sources(volume).into_iter().filter(|(_, given)| *given);
    let Some((first, _)) = sources.next() else {
        return;
    };
    for (another, _) in sources {
        let detail = "may not specify more than 1 volume type";
        errors.forbidden(&path.child(another), detail).other =
            Some((path.child(first).to_field_path(), "the first type".into()));
    }
    let path = path.child(first);
    let require = |field: &str, value: &str, errors: &mut Errors| {
        if value.is_empty() {
            errors.required(&path.child(field), "");
        }
    };
    match first {
        "hostPath" => validate_host_path(volume.host_path.as_ref(), &path, errors),
        "image" => validate_image(volume.image.as_ref(), options, &path, errors),
        "secret" => {
            if let Some(source) = &volume.secret {
                require("secretName", text(source.secret_name.as_ref()), errors);
                validate_mode(source.default_mode, &path.child("defaultMode"), errors);
                let list = path.child("items");
                validate_key_to_paths(items(source.items.as_ref()), &list, errors);
            }
        }
        "configMap" => {
            if let Some(source) = &volume.config_map {
                require("name", &source.name, errors);
                validate_mode(source.default_mode, &path.child("defaultMode"), errors);
                let list = path.child("items");
                validate_key_to_paths(items(source.items.as_ref()), &list, errors);
            }
        }
        "projected" => {
            if let Some(source) = &volume.projected {
                validate_projected(source, &path, errors);
            }
        }
        "persistentVolumeClaim" => {
            if let Some(source) = &volume.persistent_volume_claim {
                require("claimName", &source.claim_name, errors);
            }
        }
        "nfs" => {
            if let Some(source) = &volume.nfs {
                require("server", &source.server, errors);
                require("path", &source.path, errors);
                if !source.path.starts_with('/') {
                    let detail = "must be an absolute path";
                    errors.invalid(&path.child("path"), &source.path, detail);
                }
            }
        }
        _ => {}
    }
}

/// The sources of a volume, in the order in which the server looks for them.
fn sources(volume: &Volume) -> [(&'static str, bool); 30] {
    [
        ("emptyDir", volume.empty_dir.is_some()),
        ("hostPath", volume.host_path.is_some()),
        ("gitRepo", volume.git_repo.is_some()),
        ("gcePersistentDisk", volume.gce_persistent_disk.is_some()),
        (
            "awsElasticBlockStore",
            volume.aws_elastic_block_store.is_some(),
        ),
        ("secret", volume.secret.is_some()),
        ("nfs", volume.nfs.is_some()),
        ("iscsi", volume.iscsi.is_some()),
        ("glusterfs", volume.glusterfs.is_some()),
        ("flocker", volume.flocker.is_some()),
        (
            "persistentVolumeClaim",
            volume.persistent_volume_claim.is_some(),
        ),
        ("rbd", volume.rbd.is_some()),
        ("cinder", volume.cinder.is_some()),
        ("cephfs", volume.cephfs.is_some()),
        ("quobyte", volume.quobyte.is_some()),
        ("downwardAPI", volume.downward_api.is_some()),
        ("fc", volume.fc.is_some()),
        ("flexVolume", volume.flex_volume.is_some()),
        ("configMap", volume.config_map.is_some()),
        ("azureFile", volume.azure_file.is_some()),
        ("vsphereVolume", volume.vsphere_volume.is_some()),
        (
            "photonPersistentDisk",
            volume.photon_persistent_disk.is_some(),
        ),
        ("portworxVolume", volume.portworx_volume.is_some()),
        ("azureDisk", volume.azure_disk.is_some()),
        ("storageos", volume.storageos.is_some()),
        ("projected", volume.projected.is_some()),
        ("scaleIO", volume.scale_io.is_some()),
        ("csi", volume.csi.is_some()),
        ("ephemeral", volume.ephemeral.is_some()),
        ("image", volume.image.is_some()),
    ]
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateHostPathVolumeSource`.
fn validate_host_path(source: Option<&HostPathVolumeSource>, path: &Path<'_>, errors: &mut Errors) {
    let Some(source) = source else { return };
    let directory = path.child("path");
    if source.path.is_empty() {
        errors.required(&directory, "");
        return;
    }
    refuse_backsteps(&source.path, &directory, errors);
    let known = [
        "",
        "BlockDevice",
        "CharDevice",
        "Directory",
        "DirectoryOrCreate",
        "File",
        "FileOrCreate",
        "Socket",
    ];
    let type_ = text(source.type_.as_ref());
    if !known.contains(&type_) {
        errors.not_supported(&path.child("type"), type_, &known);
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateImageVolumeSource`.
fn validate_image(
    source: Option<&ImageVolumeSource>,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let Some(source) = source.filter(|_| options.has(IMAGE_VOLUME)) else {
        return;
    };
    if text(source.reference.as_ref()).is_empty() {
        errors.required(&path.child("reference"), "");
    }
    let known = ["Always", "IfNotPresent", "Never"];
    let policy = text(source.pull_policy.as_ref());
    if !policy.is_empty() && !known.contains(&policy) {
        errors.not_supported(&path.child("pullPolicy"), policy, &known);
    }
}

/// The volumes that a container mounts, and those it uses as devices.
pub(super) fn validate_mounts(
    container: &Container,
    volumes: &Volumes<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let mounts = items(container.volume_mounts.as_ref());
    validate_volume_mounts(mounts, volumes, &path.child("volumeMounts"), errors);
    let devices = items(container.volume_devices.as_ref());
    validate_volume_devices(devices, volumes, &path.child("volumeDevices"), errors);
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateVolumeMounts`.
fn validate_volume_mounts(
    mounts: &[VolumeMount],
    volumes: &Volumes<'_>,
    list: &Path<'_>,
    errors: &mut Errors,
) {
    for (index, mount) in mounts.iter().enumerate() {
        let path = list.index(index);
        if mount.name.is_empty() {
            errors.required(&path.child("name"), "");
        } else if !volumes.have(&mount.name) {
            errors.not_found(&path.child("name"), &mount.name, NO_VOLUME);
        }
        let mount_path = path.child("mountPath");
        if mount.mount_path.is_empty() {
            errors.required(&mount_path, "");
        }
        let same = |earlier: &VolumeMount| earlier.mount_path == mount.mount_path;
        if let Some(first) = mounts[..index].iter().position(same) {
            let first = list.index(first);
            errors
                .invalid(&mount_path, &mount.mount_path, "must be unique")
                .other = Some((
                first.child("mountPath").to_field_path(),
                "first here".into(),
            ));
        }
        let sub_path = text(mount.sub_path.as_ref());
        let expression = text(mount.sub_path_expr.as_ref());
        validate_sub_path(sub_path, list, &path.child("subPath"), errors);
        validate_sub_path(expression, list, &path.child("subPathExpr"), errors);
        if !sub_path.is_empty() && !expression.is_empty() {
            let detail = "subPathExpr and subPath are mutually exclusive";
            errors.invalid(&path.child("subPathExpr"), expression, detail);
        }
    }
}

/// The server leaves the index out.
fn validate_sub_path(file: &str, list: &Path<'_>, place: &Path<'_>, errors: &mut Errors) {
    let before = errors.len();
    validate_local_path(file, list, errors);
    for violation in errors.since(before) {
        violation.place = Some(place.to_field_path());
    }
}

/// What kind of volume it is is not looked at.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateVolumeDevices`.
fn validate_volume_devices(
    devices: &[VolumeDevice],
    volumes: &Volumes<'_>,
    list: &Path<'_>,
    errors: &mut Errors,
) {
    for (index, device) in devices.iter().enumerate() {
        let path = list.index(index);
        let (name, file) = (&device.name, &device.device_path);
        if name.is_empty() {
            errors.required(&path.child("name"), "");
        } else if !volumes.have(name) {
            errors.not_found(&path.child("name"), name, NO_VOLUME);
        }
        if file.is_empty() {
            errors.required(&path.child("devicePath"), "");
        }
        let earlier = &devices[..index];
        for (field, value, is_taken) in [
            ("name", name, earlier.iter().any(|own| own.name == *name)),
            (
                "devicePath",
                file,
                earlier.iter().any(|own| own.device_path == *file),
            ),
        ] {
            if is_taken && !value.is_empty() {
                errors.invalid(&path.child(field), value, "must be unique");
            }
        }
        refuse_backsteps(file, &path.child("devicePath"), errors);
    }
}

#[cfg(test)]
mod tests {
    use crate::kube::validation::testing::refused;
    use k8s_openapi::api::apps::v1::StatefulSet;
    use k8s_openapi::api::core::v1::Pod;
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    /// What is refused of a pod with these volumes and mounts.
    fn with(volumes: &Value, mounts: &Value) -> Vec<String> {
        refused::<Pod>(&json!({"metadata": {"name": "web"}, "spec": {
            "containers": [{"name": "web", "image": "web", "volumeMounts": mounts}],
            "volumes": volumes,
        }}))
    }

    #[test]
    fn what_is_mounted_is_a_volume_of_the_pod() {
        let volumes = json!([{"name": "data"}]);
        let mount = |name: &str| json!({"name": name, "mountPath": format!("/{name}")});
        assert_eq!(with(&volumes, &json!([mount("data")])), NOTHING);
        let list = "spec.containers[0].volumeMounts";
        let found = with(&volumes, &json!([mount("date")]));
        assert_eq!(found, [format!("{list}[0].name NotFound")]);
        let found = with(&volumes, &json!([mount("data"), mount("data")]));
        assert_eq!(found, [format!("{list}[1].mountPath Invalid")]);
        let found = with(
            &volumes,
            &json!([{"name": "data", "mountPath": "", "subPath": "/x"}]),
        );
        let fields = [
            format!("{list}[0].mountPath Required"),
            format!("{list} Invalid"),
        ];
        assert_eq!(found, fields);
    }

    #[test]
    fn a_volume_has_one_source() {
        let volume = |volume: Value| with(&json!([volume]), &json!([]));
        let two = json!({"name": "a", "emptyDir": {}, "configMap": {"name": "a"}});
        assert_eq!(volume(two), ["spec.volumes[0].configMap Forbidden"]);
        let mode = json!({"name": "a", "configMap": {"name": "a", "defaultMode": 644}});
        let field = "spec.volumes[0].configMap.defaultMode Invalid";
        assert_eq!(volume(mode), [field]);
        let host = json!({"name": "a", "hostPath": {"path": "/var/../x", "type": "dir"}});
        let fields = [
            "spec.volumes[0].hostPath.path Invalid",
            "spec.volumes[0].hostPath.type NotSupported",
        ];
        assert_eq!(volume(host), fields);
        let image = json!({"name": "a", "image": {"pullPolicy": "Always"}});
        let field = "spec.volumes[0].image.reference Required";
        assert_eq!(volume(image), [field]);
        let two = with(&json!([{"name": "a"}, {"name": "a"}]), &json!([]));
        assert_eq!(two, ["spec.volumes[1].name Duplicate"]);
    }

    #[test]
    fn the_pods_of_a_stateful_set_have_its_claims() {
        let set = |claim: &str| {
            refused::<StatefulSet>(&json!({"metadata": {"name": "db"}, "spec": {
                "selector": {"matchLabels": {"app": "db"}},
                "template": {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{
                    "name": "db", "image": "db",
                    "volumeMounts": [{"name": "data", "mountPath": "/data"}],
                }]}},
                "volumeClaimTemplates": [{"metadata": {"name": claim}, "spec": {
                    "accessModes": ["ReadWriteOnce"],
                    "resources": {"requests": {"storage": "1Gi"}},
                }}],
            }}))
        };
        assert_eq!(set("data"), NOTHING);
        let field = "spec.template.spec.containers[0].volumeMounts[0].name NotFound";
        assert_eq!(set("date"), [field]);
    }
}
