//! What kustomizations are followed to is what `kustomize build` makes of them: names, namespaces,
//! labels and selectors, of the fixtures and of the real ones where they are there. What is patched
//! is left out: patches are not done here. Without kustomize nothing is compared.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use svclint::kinds::{LabelSelector, Labels};
use svclint::link::{Links, Unit};
use svclint::load::{Request, load};
use svclint::object::Text;
use svclint::run::{Options, link};
use svclint::unit::{Plan, UnitKind, by_directory};

/// What is compared of an object: its kind, its name, its namespace, labels and selectors.
type Facts = (String, String, String, Vec<BTreeMap<String, String>>);

fn pairs(labels: &Labels) -> BTreeMap<String, String> {
    let pairs = labels.pairs.iter();
    pairs
        .map(|own| (own.key.value.clone(), own.value.value.clone()))
        .collect()
}

/// The Services and workloads of a unit. With `names` their names count.
fn facts(links: &Links, unit: &Unit, names: bool) -> BTreeSet<Facts> {
    let name = |own: &str| if names { own.to_owned() } else { String::new() };
    let selector = |own: &LabelSelector| pairs(&own.labels);
    let services = links.services(unit).map(|own| {
        let service = own.service();
        let selector = service.selector.as_ref();
        let all = vec![
            pairs(&service.labels),
            selector.map(|own| pairs(&own.labels)).unwrap_or_default(),
        ];
        let kind = "Service".to_owned();
        (kind, name(own.name()), own.namespace().name.clone(), all)
    });
    let workloads = links.backends(unit).map(|own| {
        let workload = own.workload();
        let all = vec![
            pairs(&workload.own_labels),
            pairs(&workload.template.labels),
            workload.selector.as_ref().map(selector).unwrap_or_default(),
        ];
        let kind = own.object().identity.kind.clone();
        (kind, name(own.name()), own.namespace().name.clone(), all)
    });
    services.chain(workloads).collect()
}

/// Whether all that a kustomization does is done here.
fn is_followed(plan: &Plan) -> bool {
    let mut files = plan.files.iter();
    plan.kind == UnitKind::Kustomization
        && plan.gaps.is_empty()
        && plan.patches.is_empty()
        && files.all(|file| {
            let changes = file.changes;
            !changes.values && !changes.labels && !changes.custom && !changes.namespaces
        })
}

fn build(directory: &Path) -> Option<String> {
    let run = Command::new("kustomize")
        .arg("build")
        .arg(directory)
        .output()
        .unwrap();
    run.status
        .success()
        .then(|| String::from_utf8(run.stdout).unwrap())
}

/// Compares all kustomizations below a directory. Says how many there were, and which differ.
fn compare(root: &Path) -> (usize, Vec<String>) {
    let request = Request {
        current_dir: root.to_owned(),
        paths: vec![PathBuf::from(".")],
        isolated: true,
        ..Request::default()
    };
    let Ok(loaded) = load(&request, &mut std::io::empty()) else {
        return (0, Vec::new());
    };
    let (texts, plans) = loaded.plans();
    let followed: Vec<bool> = plans.iter().map(is_followed).collect();
    let links = link(texts, plans, &Options::default());
    let (mut count, mut wrong) = (0, Vec::new());
    for (unit, _) in links.units.iter().zip(followed).filter(|(_, own)| *own) {
        let file = root.join(&unit.name);
        let Some(built) = build(file.parent().unwrap()) else {
            continue;
        };
        count += 1;
        let texts = vec![Text::new("built.yaml", &*built)];
        let plans = by_directory(&texts);
        let built = link(texts, plans, &Options::default());
        let names = !unit.is_renamed();
        let made = built
            .units
            .iter()
            .flat_map(|unit| facts(&built, unit, names));
        let made: BTreeSet<Facts> = made.collect();
        let ours = facts(&links, unit, names);
        if ours != made {
            let less: Vec<_> = made.difference(&ours).collect();
            let more: Vec<_> = ours.difference(&made).collect();
            wrong.push(format!(
                "{}: kustomize makes {less:?}, here is {more:?}",
                file.display()
            ));
        }
    }
    (count, wrong)
}

fn is_installed() -> bool {
    let run = Command::new("kustomize").arg("version").output();
    let is_there = run.is_ok_and(|run| run.status.success());
    if !is_there {
        println!("skipped: no kustomize");
    }
    is_there
}

#[test]
fn fixtures_are_followed_to_what_kustomize_builds() {
    if !is_installed() {
        return;
    }
    let scopes = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/scopes");
    let (count, wrong) = compare(&scopes);
    println!("{count} kustomizations compared");
    assert!(count > 0);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn real_kustomizations_are_followed_to_what_kustomize_builds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("SVCLINT_SHARED").map(PathBuf::from);
    let script = shared
        .unwrap_or_else(|| root.join("../shared"))
        .join("corpus/unpack");
    if !is_installed() || !script.is_file() {
        println!("skipped: no kustomize, or no {}", script.display());
        return;
    }
    let folder = root.join("target/corpus");
    let run = Command::new("sh").arg(&script).arg(&folder).output();
    assert!(run.unwrap().status.success());
    let entries = std::fs::read_dir(&folder).unwrap();
    let repositories = entries.map(|own| own.unwrap().path());
    let (mut count, mut wrong) = (0, Vec::new());
    for repository in repositories.filter(|own| own.is_dir()) {
        let (own, differ) = compare(&repository);
        count += own;
        wrong.extend(differ);
    }
    println!("{count} kustomizations compared");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
