//! What is read for which command line: real directories, and git as the judge of ignore files.
//! It is long because every case builds the directory that it reads.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use snapbox::dir::DirRoot;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use svclint::load::{Loaded, Request, load};
use svclint::run::LeftOut;
use svclint::text::source::SourceId;
use svclint::unit::{AppliedText, Plan, UnitKind, plans};
use svclint::unit::{Purpose, Role};

/// A directory that goes away with the test.
struct Scratch(DirRoot);

impl Scratch {
    fn new() -> Self {
        Self(DirRoot::mutable_temp().unwrap())
    }

    /// A directory with these files; a path that ends in `/` is a directory.
    fn with(paths: &[&str]) -> Self {
        let scratch = Self::new();
        for path in paths {
            scratch.write(path, "a: 1\n");
        }
        scratch
    }

    /// A repository with these texts.
    fn repository(texts: &[(&str, &str)]) -> Self {
        let scratch = Self::with(&[".git/"]);
        for (path, text) in texts {
            scratch.write(path, text);
        }
        scratch
    }

    fn path(&self) -> &Path {
        self.0.path().unwrap()
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let full = self.path().join(path);
        if path.ends_with('/') {
            fs::create_dir_all(full).unwrap();
        } else {
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, text).unwrap();
        }
    }

    #[cfg(unix)]
    fn link(&self, path: &str, target: &str) {
        std::os::unix::fs::symlink(target, self.path().join(path)).unwrap();
    }

    fn request(&self, paths: &[&str]) -> Request {
        Request {
            current_dir: self.path().to_owned(),
            paths: paths.iter().map(PathBuf::from).collect(),
            ..Request::default()
        }
    }

    fn load(&self, paths: &[&str]) -> Loaded {
        run(&self.request(paths))
    }
}

fn run(request: &Request) -> Loaded {
    load(request, &mut std::io::empty()).unwrap()
}

fn names(loaded: &Loaded) -> Vec<&str> {
    loaded.files.iter().map(|file| &*file.name).collect()
}

fn reported(loaded: &Loaded) -> Vec<&str> {
    let reported = |file: &&svclint::unit::File| file.role == Role::Reported;
    let files = loaded.files.iter().filter(reported);
    files.map(|file| &*file.name).collect()
}

fn failures(loaded: &Loaded) -> Vec<(&str, &str)> {
    let failures = loaded.account.failures.iter();
    failures
        .map(|failure| (&*failure.path, &*failure.message))
        .collect()
}

#[test]
fn a_directory_is_walked_for_manifests() {
    let scratch = Scratch::with(&[
        "b/c.yml",
        "a.yaml",
        "b.json",
        "b/Kustomization",
        "b.txt",
        "c.yaml/d.yaml",
        ".hidden.yaml",
        ".github/e.yaml",
        ".git/f.yaml",
        "yaml",
    ]);
    let expected = [
        "a.yaml",
        "b.json",
        "b/Kustomization",
        "b/c.yml",
        "c.yaml/d.yaml",
    ];
    assert_eq!(names(&scratch.load(&[])), expected);
    assert_eq!(names(&scratch.load(&["."])), expected);
    let loaded = scratch.load(&["./b/", "c.yaml"]);
    assert_eq!(
        names(&loaded),
        ["b/Kustomization", "b/c.yml", "c.yaml/d.yaml"]
    );
    assert_eq!(reported(&loaded).len(), 3);
    let loaded = scratch.load(&[scratch.path().join("b").to_str().unwrap()]);
    assert_eq!(names(&loaded), ["b/Kustomization", "b/c.yml"]);
}

#[test]
fn a_named_file_is_read_whatever_it_is_called_and_its_directory_is_context() {
    let scratch = Scratch::with(&[
        "a/values.txt",
        "a/b.yaml",
        "a/.c.yaml",
        "a/ignored.yaml",
        "a/d/e.yaml",
        "f.yaml",
    ]);
    scratch.write("a/.gitignore", "ignored.yaml\n");
    let loaded = scratch.load(&["a/values.txt", "a/.c.yaml"]);
    assert_eq!(reported(&loaded), ["a/.c.yaml", "a/values.txt"]);
    assert_eq!(names(&loaded), ["a/.c.yaml", "a/b.yaml", "a/values.txt"]);

    let loaded = scratch.load(&["a/ignored.yaml"]);
    assert_eq!(reported(&loaded), ["a/ignored.yaml"]);

    let mut request = scratch.request(&["a/values.txt"]);
    request.isolated = true;
    assert_eq!(names(&run(&request)), ["a/values.txt"]);

    request = scratch.request(&["a/b.yaml"]);
    request.context = vec!["a/d".into()];
    let loaded = run(&request);
    assert_eq!(names(&loaded), ["a/b.yaml", "a/d/e.yaml"]);
    assert_eq!(reported(&loaded), ["a/b.yaml"]);
}

#[test]
fn a_file_is_read_once_in_its_strongest_role() {
    let scratch = Scratch::with(&["a/b.yaml", "a/c/d.yaml"]);
    let mut request = scratch.request(&["a/b.yaml", "a", "a/c/../b.yaml", "./a/c"]);
    request.context = vec![".".into()];
    let loaded = run(&request);
    assert_eq!(reported(&loaded), ["a/b.yaml", "a/c/d.yaml"]);
    assert_eq!(names(&loaded), reported(&loaded));
    assert_eq!(loaded.files[0].below_argument(), [""; 0]);
    assert_eq!(loaded.files[1].below_argument(), ["d.yaml"]);
    request.paths.reverse();
    assert_eq!(reported(&run(&request)), reported(&loaded));
    let loaded = scratch.load(&["a"]);
    assert_eq!(loaded.files[1].below_argument(), ["c", "d.yaml"]);
}

#[test]
fn files_outside_the_current_directory_are_named_as_given() {
    let scratch = Scratch::with(&["here/a.yaml", "there/b.yaml"]);
    let mut request = scratch.request(&["../there", "a.yaml"]);
    request.current_dir.push("here");
    assert_eq!(names(&run(&request)), ["../there/b.yaml", "a.yaml"]);
    request.paths = vec!["..".into()];
    let loaded = run(&request);
    assert_eq!(names(&loaded), ["../there/b.yaml", "a.yaml"]);
    assert_eq!(loaded.files[1].below_argument(), ["here", "a.yaml"]);
    let there = scratch.path().join("there");
    request.paths = vec![there.clone()];
    assert_eq!(
        names(&run(&request)),
        [there.join("b.yaml").to_str().unwrap().replace('\\', "/")]
    );
}

#[test]
fn globs_exclude_what_is_walked_and_with_force_what_is_named() {
    let scratch = Scratch::with(&[
        "a/gen.yaml",
        "a/b/c.yaml",
        "vendor/d.yaml",
        "a/vendor/e.yaml",
        "f.yaml",
        ".g/h.yaml",
    ]);
    let mut request = scratch.request(&["."]);
    request.exclude = ["gen.*", "vendor/", "a/b"].map(String::from).to_vec();
    assert_eq!(names(&run(&request)), ["f.yaml"]);
    request.paths = ["a/gen.yaml", "vendor", "f.yaml", ".g/h.yaml"]
        .map(PathBuf::from)
        .to_vec();
    assert_eq!(
        names(&run(&request)),
        [".g/h.yaml", "a/gen.yaml", "f.yaml", "vendor/d.yaml"]
    );
    request.force_exclude = true;
    let loaded = run(&request);
    assert_eq!(names(&loaded), ["f.yaml"]);
    assert_eq!(loaded.excluded, ["a/gen.yaml", "vendor", ".g/h.yaml"]);
    assert!(loaded.account.failures.is_empty());
    request.exclude.push("{a".to_owned());
    let error = load(&request, &mut std::io::empty()).unwrap_err();
    assert_eq!(error.glob, "{a");
}

#[test]
fn force_exclude_asks_ignore_files_about_every_directory_above() {
    let scratch = Scratch::with(&["a/build/b/c.yaml", "a/d.yaml", "a/.git/"]);
    scratch.write("a/.gitignore", "build/\n");
    let mut request = scratch.request(&["build/b/c.yaml", "d.yaml"]);
    request.current_dir.push("a");
    assert_eq!(reported(&run(&request)), ["build/b/c.yaml", "d.yaml"]);
    request.force_exclude = true;
    assert_eq!(reported(&run(&request)), ["d.yaml"]);
    request.current_dir.pop();
    request.paths = ["a/build/b/c.yaml", "a/d.yaml"].map(PathBuf::from).to_vec();
    assert_eq!(reported(&run(&request)), ["a/d.yaml"]);
}

#[test]
fn ignore_files_of_tools_have_the_last_word() {
    let scratch = Scratch::with(&["a.yaml", "b.yaml", "c/d.yaml", "c/a.yaml"]);
    scratch.write(".ignore", "a.yaml\n!b.yaml\n");
    scratch.write(".gitignore", "b.yaml\n");
    scratch.write("c/.gitignore", "!a.yaml\n");
    assert_eq!(names(&scratch.load(&["."])), ["b.yaml", "c/d.yaml"]);
    assert_eq!(names(&scratch.load(&["c"])), ["c/d.yaml"]);
}

#[test]
fn ignore_files_count_up_to_the_root_of_the_repository() {
    let scratch = Scratch::with(&["a/b/c.yaml", "a/b/d.yaml", "a/b/.git/"]);
    scratch.write("a/.gitignore", "d.yaml\n");
    assert_eq!(names(&scratch.load(&["a"])), ["a/b/c.yaml", "a/b/d.yaml"]);
    fs::remove_dir(scratch.path().join("a/b/.git")).unwrap();
    assert_eq!(names(&scratch.load(&["a/b"])), ["a/b/c.yaml"]);
}

#[test]
fn a_linked_working_tree_has_the_exclude_file_of_its_repository() {
    let scratch = Scratch::with(&["tree/a.yaml", "tree/b.yaml"]);
    scratch.write("tree/.git", "gitdir: ../main/.git/worktrees/tree\n");
    scratch.write("main/.git/worktrees/tree/commondir", "../..\n");
    scratch.write("main/.git/info/exclude", "b.yaml\n");
    assert_eq!(names(&scratch.load(&["tree"])), ["tree/a.yaml"]);
}

#[test]
fn what_cannot_be_read_is_a_failure_and_the_rest_goes_on() {
    let scratch = Scratch::with(&["a.yaml"]);
    scratch.write("empty/", "");
    let loaded = scratch.load(&["gone.yaml", "a.yaml", "empty", "a.yaml/b"]);
    assert_eq!(names(&loaded), ["a.yaml"]);
    let [below_a_file, gone] = failures(&loaded)[..] else {
        panic!("{:?}", loaded.account.failures)
    };
    assert_eq!(below_a_file.0, "a.yaml/b");
    assert_eq!(gone, ("gone.yaml", "no such file or directory"));
    let [empty] = &loaded.account.named[..] else {
        panic!("{:?}", loaded.account.named)
    };
    assert_eq!((&*empty.name, &empty.texts[..]), ("empty", &[][..]));
}

#[cfg(unix)]
#[test]
fn files_beyond_32_bit_offsets_are_refused_unread() {
    let scratch = Scratch::with(&["a.yaml"]);
    let large = fs::File::create(scratch.path().join("large.yaml")).unwrap();
    if large.set_len(1 << 32).is_err() {
        eprintln!("skipped: no file of 4 GiB here");
        return;
    }
    let loaded = scratch.load(&["."]);
    assert_eq!(failures(&loaded), [("large.yaml", "larger than 4 GiB")]);
    assert_eq!(names(&loaded), ["a.yaml"]);
}

#[cfg(unix)]
#[test]
fn pipes_devices_and_locked_files_are_failures() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::with(&["a.yaml", "locked.yaml", "vault/b.yaml"]);
    let pipe = scratch.path().join("pipe.yaml");
    let created = Command::new("mkfifo").arg(&pipe).status();
    if !created.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no mkfifo");
        return;
    }
    let lock = |path: &str, mode| {
        let mode = fs::Permissions::from_mode(mode);
        fs::set_permissions(scratch.path().join(path), mode).unwrap();
    };
    lock("locked.yaml", 0);
    lock("vault", 0);
    let loaded = scratch.load(&["."]);
    let named = scratch.load(&["pipe.yaml"]);
    let device = scratch.load(&["/dev/null"]);
    lock("vault", 0o755);

    let not_regular = "not a regular file: give it to standard input and name it `-`";
    assert_eq!(failures(&named), [("pipe.yaml", not_regular)]);
    assert_eq!(failures(&device)[0], ("/dev/null", not_regular));
    assert!(names(&loaded).contains(&"a.yaml"));
    let mut expected = vec![
        ("locked.yaml", "permission denied"),
        ("pipe.yaml", not_regular),
        ("vault", "permission denied"),
    ];
    if names(&loaded).contains(&"locked.yaml") {
        eprintln!("skipped in part: this user may read everything");
        expected.retain(|(path, _)| *path == "pipe.yaml");
    }
    assert_eq!(failures(&loaded), expected);
}

#[cfg(unix)]
#[test]
fn links_to_files_are_read_and_links_to_directories_only_when_named() {
    let scratch = Scratch::with(&["real/a.yaml", "walked/b.yaml"]);
    scratch.link("walked/a.yaml", "../real/a.yaml");
    scratch.link("walked/dir", "../real");
    scratch.link("walked/dir.yaml", "../real");
    scratch.link("walked/loop", ".");
    scratch.link("walked/self.yaml", "self.yaml");
    scratch.link("walked/lost.yaml", "nowhere.yaml");
    let loaded = scratch.load(&["walked"]);
    assert_eq!(names(&loaded), ["walked/a.yaml", "walked/b.yaml"]);
    assert_eq!(loaded.dangling, ["walked/lost.yaml", "walked/self.yaml"]);
    assert_eq!(names(&scratch.load(&["walked/dir"])), ["walked/dir/a.yaml"]);
    // The kernel's way: the parent of what the link points to.
    assert_eq!(
        names(&scratch.load(&["walked/dir/../walked/b.yaml"]))[1],
        "walked/b.yaml"
    );
}

/// git keeps such links, and nothing applies them: that a walk comes by one is no failure.
#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_left_out() {
    let scratch = Scratch::with(&["k8s/a.yaml"]);
    scratch.link("k8s/b.yaml", "gone.yaml");
    let loaded = scratch.load(&["k8s"]);
    assert_eq!(names(&loaded), ["k8s/a.yaml"]);
    assert_eq!(failures(&loaded), []);
    assert_eq!(loaded.dangling, ["k8s/b.yaml"]);
    assert_eq!(loaded.account.left_out[&LeftOut::Dangling].files, 1);
    // Who names it wants it read.
    let loaded = scratch.load(&["k8s/b.yaml"]);
    assert_eq!(failures(&loaded).len(), 1);
}

/// Below a directory that git ignores, only what it tracks is named too.
#[test]
fn force_exclude_spares_what_is_tracked() {
    let scratch = Scratch::new();
    if git(scratch.path(), &["init", "--quiet"]).is_none() {
        eprintln!("skipped: no git");
        return;
    }
    scratch.write(".gitignore", "gen/\n");
    scratch.write("gen/kept.yaml", "a: 1\n");
    scratch.write("gen/new.yaml", "a: 1\n");
    git(scratch.path(), &["add", "--force", "gen/kept.yaml"]);
    let request = Request {
        force_exclude: true,
        ..scratch.request(&["gen/new.yaml", "gen/kept.yaml"])
    };
    let loaded = run(&request);
    assert_eq!(loaded.excluded, ["gen/new.yaml"]);
    assert_eq!(reported(&loaded), ["gen/kept.yaml"]);
    let loaded = scratch.load(&["."]);
    assert_eq!(reported(&loaded), ["gen/kept.yaml"]);
    assert_eq!(loaded.account.left_out[&LeftOut::Ignored].files, 1);
}

/// Charts that this run renders are not among those to be rendered.
#[test]
fn charts_that_nothing_renders_are_told_from_others() {
    let scratch = Scratch::new();
    let chart = "apiVersion: v2\nname: shop\nversion: 1.0.0\n";
    let depends = format!("{chart}dependencies: [{{name: db, version: 1.0.0}}]\n");
    scratch.write("shop/Chart.yaml", chart);
    scratch.write("shop/templates/web.yaml", "a: 1\n");
    scratch.write("shop/charts/db/Chart.yaml", "version: %VERSION%\n");
    scratch.write("shop/charts/db/templates/db.yaml", "a: 1\n");
    scratch.write("umbrella/Chart.yaml", &depends);
    scratch.write("plain/Chart.yaml", chart);
    let loaded = scratch.load(&["."]);
    assert_eq!(loaded.charts, ["shop", "umbrella"]);
    let purposes = |purpose: Purpose| {
        let files = loaded.files.iter().filter(|file| file.purpose == purpose);
        files.map(|file| &*file.name).collect::<Vec<_>>()
    };
    assert_eq!(
        purposes(Purpose::Chart),
        ["shop/Chart.yaml", "umbrella/Chart.yaml"]
    );
    assert_eq!(
        purposes(Purpose::ChartPart),
        ["plain/Chart.yaml", "shop/charts/db/Chart.yaml"]
    );
    let mut request = scratch.request(&["."]);
    request.builds.charts = vec!["umbrella".into(), "./shop/".into()];
    assert_eq!(run(&request).charts, [""; 0]);
}

#[test]
fn standard_input_is_a_file_of_its_own() {
    let scratch = Scratch::with(&["a.yaml", "b.yaml"]);
    let mut request = scratch.request(&["-", "-"]);
    let text = &b"kind: Service\n"[..];
    let loaded = load(&request, &mut &*text).unwrap();
    assert_eq!(names(&loaded), ["<stdin>"]);
    assert_eq!(&*loaded.files[0].text, "kind: Service\n");
    assert!(loaded.files[0].path.is_none());

    request.stdin_filename = Some("chart.yaml".to_owned());
    request.paths.push("b.yaml".into());
    let loaded = load(&request, &mut &*text).unwrap();
    assert_eq!(names(&loaded), ["a.yaml", "b.yaml", "chart.yaml"]);
    assert_eq!(reported(&loaded), ["b.yaml", "chart.yaml"]);

    request.paths = vec!["./-".into()];
    assert_eq!(
        failures(&run(&request)),
        [("./-", "no such file or directory")]
    );
}

#[test]
fn bytes_that_are_no_text_are_problems_of_the_file() {
    let scratch = Scratch::new();
    scratch.write("a.yaml", b"a: \xff\n");
    scratch.write("b.yaml", b"\x00\x01\x02");
    let loaded = scratch.load(&["."]);
    assert!(loaded.account.failures.is_empty());
    assert_eq!(loaded.files[0].problems[0].range, 3..6);
    assert_eq!(
        loaded.files[1].problems[0].message,
        "kubectl cannot read this file: it is binary"
    );
    assert_eq!(&*loaded.files[1].text, "");
}

/// What is applied together.
fn units(loaded: &Loaded) -> Vec<Plan> {
    plans(loaded.files.clone(), &loaded.kustomizations, None).1
}

/// The units by name, with their files and the namespaces that these are put into.
fn described(loaded: &Loaded) -> Vec<String> {
    let units = units(loaded);
    units.iter().map(|unit| describe(loaded, unit)).collect()
}

fn describe(loaded: &Loaded, unit: &Plan) -> String {
    let members = unit.files.iter().map(|member| {
        let namespace = member.namespace.as_ref().map(|it| format!("@{}", it.value));
        let mut text = format!(
            "{}{}",
            loaded.files[member.source.0 as usize].name,
            namespace.unwrap_or_default()
        );
        let changes = member.changes;
        for (set, mark) in [
            (!member.edits.is_empty(), "+l"),
            (changes.names, "+n"),
            (changes.values, "+v"),
        ] {
            text.push_str(if set { mark } else { "" });
        }
        text
    });
    let members: Vec<_> = members.collect();
    format!("{}: {}", unit.name, members.join(" "))
}

fn doubts(loaded: &Loaded, name: &str) -> Vec<String> {
    let units = units(loaded);
    let unit = units.iter().find(|unit| unit.name == name).unwrap();
    let doubts = unit.gaps.iter().map(|doubt| {
        let file = &loaded.files[doubt.span.source.0 as usize];
        assert!(file.text.get(doubt.span.range()).is_some());
        format!("{}: {}", doubt.reason.as_str(), doubt.detail)
    });
    doubts.collect()
}

/// One application of two kustomizations, and things that it does not take in.
const APPLICATION: [(&str, &str); 10] = [
    ("kustomization.yaml", "resources: [apps/web]\n"),
    (
        "apps/web/kustomization.yaml",
        "namespace: web\nresources: [deploy.yaml, ../../shared/]\npatches:\n- path: patch.yaml\n",
    ),
    ("apps/web/deploy.yaml", "kind: Deployment\n"),
    ("apps/web/patch.yaml", "kind: Deployment\n"),
    ("apps/web/stray.yaml", "kind: Pod\n"),
    (
        "shared/kustomization.yml",
        "resources: [service.yaml, gone.yaml]\n",
    ),
    ("shared/service.yaml", "kind: Service\n"),
    ("shared/stray.yaml", "kind: Pod\n"),
    ("other/kustomization.yaml", "resources: [pod.yaml]\n"),
    ("other/pod.yaml", "kind: Pod\n"),
];

#[test]
fn a_named_file_belongs_to_the_top_level_kustomization_above_it() {
    let scratch = Scratch::repository(&APPLICATION);
    let loaded = scratch.load(&["apps/web/deploy.yaml"]);
    assert_eq!(reported(&loaded), ["apps/web/deploy.yaml"]);
    let expected = [
        "apps/web/deploy.yaml",
        "apps/web/kustomization.yaml",
        "apps/web/patch.yaml",
        "apps/web/stray.yaml",
        "kustomization.yaml",
        "shared/kustomization.yml",
        "shared/service.yaml",
    ];
    assert_eq!(names(&loaded), expected);
    let top = "kustomization.yaml: apps/web/deploy.yaml@web shared/service.yaml@web";
    assert_eq!(described(&loaded), [top, "apps/web: apps/web/stray.yaml"]);
    assert_eq!(
        doubts(&loaded, "kustomization.yaml"),
        ["missing-resource: `shared/kustomization.yml` takes in `gone.yaml`, which was not found"]
    );
    let units = units(&loaded);
    let patches = units[0].patches.iter().map(|patch| &patch.text);
    assert!(patches.eq([&AppliedText::File(SourceId(2))]));
    assert!(matches!(units[0].kind, UnitKind::Kustomization));
    let namespace = units[0].files[1].namespace.as_ref().unwrap();
    assert_eq!(namespace.span.source.0, 1);
    assert_eq!(&loaded.files[1].text[namespace.span.range()], "web");
    assert!(loaded.account.failures.is_empty());

    // Also as a patch, and from a directory.
    assert_eq!(names(&scratch.load(&["apps/web/patch.yaml"])), expected);
    assert_eq!(names(&scratch.load(&["apps"])), expected);
    let mut request = scratch.request(&["deploy.yaml"]);
    request.current_dir.push("apps/web");
    let loaded = run(&request);
    assert_eq!(
        names(&loaded)[..3],
        [
            "../../kustomization.yaml",
            "../../shared/kustomization.yml",
            "../../shared/service.yaml"
        ]
    );
    assert_eq!(described(&loaded)[1], ".: stray.yaml");
}

#[test]
fn a_kustomization_above_that_takes_nothing_in_is_not_read() {
    let scratch = Scratch::repository(&APPLICATION);
    let loaded = scratch.load(&["other"]);
    assert_eq!(
        names(&loaded),
        ["other/kustomization.yaml", "other/pod.yaml"]
    );
    scratch.write("kustomization.yaml", "resources: [other]\n");
    let loaded = scratch.load(&["apps/web/stray.yaml"]);
    assert!(!names(&loaded).contains(&"kustomization.yaml"));
    assert!(described(&loaded).contains(&"apps/web: apps/web/stray.yaml".to_owned()));
}

#[test]
fn without_a_repository_nothing_above_is_read() {
    let scratch = Scratch::repository(&APPLICATION);
    fs::remove_dir(scratch.path().join(".git")).unwrap();
    let loaded = scratch.load(&["apps/web/deploy.yaml"]);
    assert!(!names(&loaded).contains(&"kustomization.yaml"));
    assert!(names(&loaded).contains(&"shared/service.yaml"));
    assert_eq!(
        described(&loaded)[0],
        "apps/web/kustomization.yaml: apps/web/deploy.yaml@web shared/service.yaml@web"
    );
}

#[test]
fn isolated_input_stays_alone_and_doubts_the_rest() {
    let scratch = Scratch::repository(&APPLICATION);
    let mut request = scratch.request(&["apps"]);
    request.isolated = true;
    let loaded = run(&request);
    assert_eq!(names(&loaded).len(), 4);
    assert_eq!(
        doubts(&loaded, "apps/web/kustomization.yaml"),
        [
            "missing-resource: `apps/web/kustomization.yaml` takes in `../../shared/`, which was \
             not found"
        ]
    );
}

#[test]
fn files_are_told_apart_by_what_they_are_for() {
    let scratch = Scratch::repository(&[
        (
            "app/kustomization.yaml",
            "resources: [both.yaml]\npatches: [{path: both.yaml}, {path: patch.yaml}]\n\
             configMapGenerator: [{name: x, files: [data.yaml]}]\n",
        ),
        ("app/both.yaml", ""),
        ("app/patch.yaml", ""),
        ("app/data.yaml", ""),
        ("chart/Chart.yaml", ""),
        ("chart/templates/a.yaml", ""),
        ("chart/templates/tests/b.yaml", ""),
        ("templates/c.yaml", ""),
        (
            "flux/kustomization.yaml",
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\n",
        ),
    ]);
    let loaded = scratch.load(&["."]);
    let purposes = loaded.files.iter().map(|file| (&*file.name, file.purpose));
    assert_eq!(
        purposes.collect::<Vec<_>>(),
        [
            ("app/both.yaml", Purpose::Manifest),
            ("app/data.yaml", Purpose::Auxiliary),
            ("app/kustomization.yaml", Purpose::Kustomization),
            ("app/patch.yaml", Purpose::Patch),
            ("chart/Chart.yaml", Purpose::Chart),
            ("chart/templates/a.yaml", Purpose::HelmTemplate),
            ("chart/templates/tests/b.yaml", Purpose::HelmTemplate),
            ("flux/kustomization.yaml", Purpose::Manifest),
            ("templates/c.yaml", Purpose::Manifest),
        ]
    );
    assert_eq!(
        described(&loaded)[1..],
        [
            "flux: flux/kustomization.yaml",
            "templates: templates/c.yaml",
        ]
    );
}

#[test]
fn a_base_is_in_every_overlay_and_the_outer_namespace_wins() {
    let scratch = Scratch::repository(&[
        (
            "base/kustomization.yaml",
            "resources: [a.yaml]\nnamespace: base\ncommonLabels: {a: b}\n",
        ),
        ("base/a.yaml", ""),
        (
            "dev/kustomization.yaml",
            "resources: [../base, b.yaml]\nnamePrefix: dev-\n",
        ),
        ("dev/b.yaml", ""),
        (
            "prod/kustomization.yaml",
            "resources: [../base]\nnamespace: prod\n",
        ),
        (
            "both/kustomization.yaml",
            "bases: [../twice/one, ../twice/two]\n",
        ),
        (
            "twice/one/kustomization.yaml",
            "resources: [../../base]\nnamespace: one\n",
        ),
        (
            "twice/two/kustomization.yaml",
            "resources: [../../base]\nnamespace: two\n",
        ),
    ]);
    assert_eq!(
        described(&scratch.load(&["."])),
        [
            "both/kustomization.yaml: base/a.yaml@one+l base/a.yaml@two+l",
            "dev/kustomization.yaml: base/a.yaml@base+l+n dev/b.yaml+n",
            "prod/kustomization.yaml: base/a.yaml@prod+l",
        ]
    );
}

#[test]
fn a_component_changes_what_its_user_takes_in() {
    let component = "kind: Component\nresources: [c.yaml]\n";
    let scratch = Scratch::repository(&[
        (
            "app/kustomization.yaml",
            "resources: [a.yaml]\ncomponents: [../one, ../two]\n",
        ),
        ("app/a.yaml", ""),
        (
            "one/kustomization.yaml",
            &format!("{component}namespace: one\n"),
        ),
        ("one/c.yaml", ""),
        (
            "two/kustomization.yaml",
            &format!("{component}patches: [{{patch: 'a: b'}}]\n"),
        ),
        ("two/c.yaml", ""),
        ("lone/kustomization.yaml", component),
        ("lone/c.yaml", ""),
    ]);
    let loaded = scratch.load(&["."]);
    assert_eq!(
        described(&loaded),
        [
            "app/kustomization.yaml: app/a.yaml@one one/c.yaml@one two/c.yaml",
            "lone/kustomization.yaml: lone/c.yaml",
        ]
    );
    assert!(doubts(&loaded, "app/kustomization.yaml").is_empty());
    assert!(doubts(&loaded, "lone/kustomization.yaml")[0].starts_with("lone-component: "));
    let units = units(&loaded);
    let patches = units[0].patches.iter().map(|patch| &patch.text);
    let [AppliedText::Inline(patch)] = patches.collect::<Vec<_>>()[..] else {
        panic!("{:?}", units[0].patches)
    };
    assert_eq!(patch.value, "a: b");
    let file = &loaded.files[patch.span.source.0 as usize];
    assert_eq!(
        (&*file.name, &file.text[patch.span.range()]),
        ("two/kustomization.yaml", "'a: b'")
    );
}

#[test]
fn circles_and_broken_kustomizations_survive() {
    let scratch = Scratch::repository(&[
        ("a/kustomization.yaml", "resources: [../b, a.yaml]\n"),
        ("a/a.yaml", ""),
        ("b/kustomization.yaml", "resources: [../a, b.yaml, .]\n"),
        ("b/b.yaml", ""),
        ("c/kustomization.yaml", "resources: [../d, ../e]\n"),
        ("d/kustomization.yaml", "resources: [d.yaml\n"),
        ("d/d.yaml", ""),
        (
            "e/kustomization.yaml",
            "resources: [e.yaml]\nhelmCharts: [{name: x}]\n",
        ),
        (
            "e/Kustomization",
            "resources: [f.yaml, 'https://example.com/x.yaml']\n",
        ),
        ("e/e.yaml", ""),
        ("e/f.yaml", ""),
    ]);
    let loaded = scratch.load(&["."]);
    assert_eq!(
        described(&loaded),
        [
            "c/kustomization.yaml: e/f.yaml",
            "e/kustomization.yaml: e/e.yaml",
            "a/kustomization.yaml: a/a.yaml b/b.yaml",
            "d: d/d.yaml",
        ]
    );
    let reasons = |name| {
        let doubts = doubts(&loaded, name).into_iter();
        let reasons = doubts.map(|doubt| doubt.split(':').next().unwrap().to_owned());
        reasons.collect::<Vec<_>>()
    };
    assert_eq!(
        reasons("a/kustomization.yaml"),
        ["kustomization-cycle", "kustomization-cycle"]
    );
    assert_eq!(
        reasons("c/kustomization.yaml"),
        [
            "remote-resource",
            "unread-kustomization",
            "unread-kustomization"
        ]
    );
    assert_eq!(
        reasons("e/kustomization.yaml"),
        ["unread-kustomization", "generated-objects"]
    );
    assert_eq!(reasons("d"), ["unread-kustomization"]);
}

#[cfg(unix)]
#[test]
fn a_linked_directory_is_the_directory_that_it_leads_to() {
    let scratch = Scratch::repository(&[
        ("app/kustomization.yaml", "resources: [base]\n"),
        (
            "shared/web/kustomization.yaml",
            "resources: [../pod.yaml]\n",
        ),
        ("shared/pod.yaml", ""),
    ]);
    scratch.link("app/base", "../shared/web");
    let expected = "app/kustomization.yaml: shared/pod.yaml";
    assert_eq!(described(&scratch.load(&["app"])), [expected]);
    assert_eq!(described(&scratch.load(&["."])), [expected]);
}

#[test]
fn standard_input_is_a_unit_of_its_own() {
    let scratch = Scratch::with(&["a.yaml"]);
    let request = scratch.request(&["-", "."]);
    let loaded = load(&request, &mut &b"a: 1\n"[..]).unwrap();
    assert_eq!(described(&loaded), ["<stdin>: <stdin>", ".: a.yaml"]);
}

/// Runs git without anything that the user or the system has configured.
fn git(directory: &Path, args: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .args(["-c", "core.quotePath=false"])
        .args(args)
        .current_dir(directory)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("HOME", directory)
        .env("XDG_CONFIG_HOME", directory)
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .output()
        .ok()?;
    assert!(output.status.success(), "git {args:?}: {output:?}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Every ignore file, and what it is about.
const IGNORE_FILES: [(&str, &str); 13] = [
    (
        ".gitignore",
        "\u{feff}first.yaml\n# comment.yaml\n*.gen.yaml\n!keep.gen.yaml\n/anchored.yaml\nbuild/\n\
         doc/*.yaml\n!doc/keep.yaml\n**/deep/*.yml\nlogs/**\n!logs/keep/\nblanks.yaml  \n\
         \\#hash.yaml\n\\!bang.yaml\n[ab].yaml\n[!c-x]z.yaml\nm/**/z.yaml\nfoo*bar.yaml\n?.json\n\
         dir-only.yaml/\nw**w.yaml\n[unclosed.yaml\nspace\\ name.yaml\ntab\tname.yaml\n\
         *.YAML\n/x/y\nq/r/\n\\*.yaml\n[[:digit:]]d.yaml\nclosing[]].yaml\n\n   \n",
    ),
    ("keep/.gitignore", "!first.yaml\n!a.yaml\n"),
    ("keep/below/.gitignore", "first.yaml\n!two.gen.yaml\n"),
    ("windows/.gitignore", "one.yaml\r\ntwo.yaml\r\n!b.yaml\r\n"),
    ("all/.gitignore", "*\n!*/\n!*.yml\n"),
    ("only/.gitignore", "/*\n!/this\n!.gitignore\n"),
    ("build/.gitignore", "!inside.yaml\n"),
    ("none/.gitignore", "**\n"),
    (
        "stars/.gitignore",
        "**/a\nb/**\n/**/c.yaml\nd/**/e/f.yaml\n",
    ),
    ("spaces/.gitignore", " lead.yaml\ntrail\\ \nboth.yaml \\ \n"),
    (
        "odd/.gitignore",
        "{p,q}.yaml\na\\b.yaml\n**g/h.yaml\ni**/j.yaml\n*/k.yaml\n[^c-x]m.yaml\n[z-a]n.yaml\n\
         !\n/\n//o.yaml\np/*/q.yaml\nr.yaml\\\ns/./t.yaml\n[a/b]u.yaml\nx/**/\n[{]v.yaml\n\
         [x{y]v.yaml\n\\{w}.yaml\n",
    ),
    ("odd/only-dirs/.gitignore", "**/\n"),
    (
        ".git/info/exclude",
        "secret.yaml\n!first.yaml\n/anchored-too.yaml\n*.gen.yml\n",
    ),
];

/// Files that they may name or not.
const FILES: [&str; 120] = [
    "first.yaml",
    "keep/first.yaml",
    "keep/below/first.yaml",
    "keep/below/two.gen.yaml",
    "comment.yaml",
    "# comment.yaml",
    "one.gen.yaml",
    "keep.gen.yaml",
    "keep/two.gen.yaml",
    "anchored.yaml",
    "keep/anchored.yaml",
    "build/inside.yaml",
    "build/keep.gen.yaml",
    "keep/build/a.yaml",
    "doc/a1.yaml",
    "doc/keep.yaml",
    "doc/more/a1.yaml",
    "keep/doc/a1.yaml",
    "deep/a.yml",
    "x1/deep/a.yml",
    "x1/deep/er/a.yml",
    "logs/a.yml",
    "logs/keep/a.yml",
    "blanks.yaml",
    "#hash.yaml",
    "!bang.yaml",
    "a.yaml",
    "b.yaml",
    "c.yaml",
    "keep/a.yaml",
    "keep/b.yaml",
    "az.yaml",
    "cz.yaml",
    "yz.yaml",
    "m/z.yaml",
    "m/n/z.yaml",
    "m/n/o/z.yaml",
    "m/nz.yaml",
    "foobar.yaml",
    "foo-bar.yaml",
    "foo/bar.yaml",
    "a.json",
    "ab.json",
    "dir-only.yaml",
    "keep/dir-only.yaml/a1.yml",
    "ww.yaml",
    "w-w.yaml",
    "w/w.yaml",
    "unclosed.yaml",
    "[unclosed.yaml",
    "u",
    "space name.yaml",
    "tab\tname.yaml",
    "upper.YAML",
    "x/y",
    "x/y2/z.yml",
    "keep/x/y/z.yml",
    "q/r/s.yml",
    "keep/q/r/s.yml",
    "*.yaml",
    "star.yaml",
    "1d.yaml",
    "dd.yaml",
    "closing].yaml",
    "closing[]].yaml",
    "windows/one.yaml",
    "windows/two.yaml",
    "windows/b.yaml",
    "windows/three.yaml",
    "all/a1.yaml",
    "all/a1.yml",
    "all/sub/a1.yaml",
    "all/sub/a1.yml",
    "only/this/a1.yaml",
    "only/that/a1.yaml",
    "only/a1.yaml",
    "none/a1.yaml",
    "none/sub/a1.yaml",
    "stars/a/x.yml",
    "stars/s/a/x.yml",
    "stars/b/x.yml",
    "stars/s/b/x.yml",
    "stars/c.yaml",
    "stars/s/c.yaml",
    "stars/d/e/f.yaml",
    "stars/d/s/e/f.yaml",
    "stars/d/f.yaml",
    "spaces/ lead.yaml",
    "spaces/lead.yaml",
    "spaces/trail ",
    "secret.yaml",
    "keep/secret.yaml",
    "anchored-too.yaml",
    "keep/anchored-too.yaml",
    "one.gen.yml",
    "keep/one.gen.yml",
    "odd/p.yaml",
    "odd/q.yaml",
    "odd/{p,q}.yaml",
    "odd/ab.yaml",
    "odd/g/h.yaml",
    "odd/eg/h.yaml",
    "odd/i/j.yaml",
    "odd/k.yaml",
    "odd/e/k.yaml",
    "odd/am.yaml",
    "odd/cm.yaml",
    "odd/an.yaml",
    "odd/o.yaml",
    "odd/p/o/q.yaml",
    "odd/r.yaml",
    "odd/s/t.yaml",
    "odd/au.yaml",
    "odd/x/y/z.yaml",
    "odd/v/w.yaml",
    "odd/{v.yaml",
    "odd/xv.yaml",
    "odd/only-dirs/a1.yaml",
    "odd/only-dirs/b/a1.yaml",
    "odd/{w}.yaml",
];

#[cfg(unix)]
#[test]
fn ignore_files_are_read_as_git_reads_them() {
    let scratch = Scratch::new();
    if git(scratch.path(), &["init", "--quiet"]).is_none() {
        eprintln!("skipped: no git");
        return;
    }
    for file in FILES {
        scratch.write(file, "a: 1\n");
    }
    for (path, patterns) in IGNORE_FILES {
        scratch.write(path, patterns);
    }
    scratch.write("linked/patterns", "a1.yaml\n");
    scratch.write("linked/a1.yaml", "a: 1\n");
    scratch.link("linked/.gitignore", "patterns");
    scratch.link("linked/first.yaml", "a1.yaml");
    git(
        scratch.path(),
        &["add", "c.yaml", "doc/keep.yaml", "only/this"],
    );
    assert_lists_what_git_lists(&scratch);
    // What git tracks it does not ignore, whatever version its index has.
    let tracked = [
        "first.yaml",
        "build/inside.yaml",
        "keep/build/a.yaml",
        "logs/a.yml",
        "all/sub/a1.yaml",
        "none/sub/a1.yaml",
        "odd/p/o/q.yaml",
        "stars/s/b/x.yml",
    ];
    git(
        scratch.path(),
        &[&["add", "--force"], &tracked[..]].concat(),
    );
    for version in ["2", "3", "4"] {
        git(
            scratch.path(),
            &[
                "update-index",
                "--force-write-index",
                "--index-version",
                version,
            ],
        );
        // Only an entry with more flags makes it version 3.
        let flags = if version == "3" {
            "--intent-to-add"
        } else {
            "--force"
        };
        git(scratch.path(), &["add", "--force", flags, "stars/a/x.yml"]);
        assert_lists_what_git_lists(&scratch);
    }
}

#[cfg(unix)]
fn assert_lists_what_git_lists(scratch: &Scratch) {
    for directory in [
        ".",
        "keep",
        "doc",
        "only/this",
        "windows",
        "all/sub",
        "stars/s",
    ] {
        let listed = git(
            scratch.path(),
            &[
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
                directory,
            ],
        );
        let listed = listed.unwrap();
        let mut expected: Vec<_> = listed
            .split_terminator('\0')
            .filter(|name| is_read(name))
            .collect();
        expected.sort_unstable();
        assert!(!expected.is_empty(), "{directory}");
        assert_eq!(names(&scratch.load(&[directory])), expected, "{directory}");
    }
}

/// Whether a file is one that walks read, ignore files aside.
fn is_read(name: &str) -> bool {
    let hidden = name.split('/').any(|part| part.starts_with('.'));
    !hidden
        && [".yaml", ".yml", ".json"]
            .iter()
            .any(|end| name.ends_with(end))
}

mod configured {
    use super::*;
    use std::sync::Arc;
    use svclint::config::Config;
    use svclint::load::settings::{config as load_config, find_config};

    impl Scratch {
        fn found(&self, paths: &[&str]) -> Option<String> {
            let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
            let found = find_config(self.path(), &paths).unwrap()?;
            let below = found.strip_prefix(self.path()).unwrap_or(&found);
            Some(below.to_string_lossy().replace('\\', "/"))
        }

        fn configured(&self, paths: &[&str], config: &str) -> Request {
            self.write(".svclint.yaml", config);
            let config: Config = load_config(self.path(), Path::new(".svclint.yaml"))
                .unwrap()
                .unwrap();
            Request {
                config: Some(Arc::new(config)),
                ..self.request(paths)
            }
        }
    }

    #[test]
    fn the_nearest_configuration_upwards_is_found() {
        let scratch = Scratch::with(&[
            ".svclint.yaml",
            "repo/.git/",
            "repo/svclint.yaml",
            "repo/a/x.yaml",
            "repo/b/.svclint.yaml",
            "repo/b/c/y.yaml",
            "other/z.yaml",
        ]);
        let root = Some("repo/svclint.yaml".to_owned());
        let own = Some("repo/b/.svclint.yaml".to_owned());
        assert_eq!(scratch.found(&["repo/a"]), root);
        assert_eq!(scratch.found(&["repo/a/x.yaml"]), root);
        assert_eq!(scratch.found(&["repo/b/c/y.yaml"]), own);
        assert_eq!(scratch.found(&["repo/b", "repo/b/c"]), own);
        assert_eq!(scratch.found(&["repo/a/x.yaml", "repo/b/c"]), root);
        assert_eq!(scratch.found(&["repo/a/nowhere"]), root);
        let here = Some(".svclint.yaml".to_owned());
        assert_eq!(scratch.found(&["other/z.yaml"]), here);
        assert_eq!(scratch.found(&["-"]), here);
        assert_eq!(scratch.found(&[]), here);
    }

    #[test]
    fn nothing_above_the_repository_or_the_current_directory_counts() {
        let scratch = Scratch::with(&[".svclint.yaml", "repo/.git/", "repo/x.yaml", "a/b/x.yaml"]);
        assert_eq!(scratch.found(&["repo"]), None);
        let inner = find_config(&scratch.path().join("a"), &[PathBuf::from("b")]).unwrap();
        assert_eq!(inner, None);
    }

    #[test]
    fn two_configurations_in_one_directory_are_one_too_many() {
        let scratch = Scratch::with(&[".svclint.yaml", "svclint.yaml"]);
        let failure = find_config(scratch.path(), &[PathBuf::from(".")]).unwrap_err();
        assert_eq!(failure.path, "svclint.yaml");
    }

    #[test]
    fn the_configuration_excludes_from_its_own_directory_on() {
        let scratch = Scratch::repository(&[
            ("a/vendor/x.yaml", ""),
            ("a/y.yaml", ""),
            ("z.yaml", ""),
            ("b/z.yaml", ""),
        ]);
        let config = "exclude: [vendor/, /z.yaml, never]\n";
        let loaded = run(&scratch.configured(&["."], config));
        assert_eq!(names(&loaded), ["a/y.yaml", "b/z.yaml"]);
        assert_eq!(loaded.unused_globs, Some(vec![2]));

        let request = scratch.configured(&["../a"], config);
        let mut request = Request {
            current_dir: scratch.path().join("b"),
            ..request
        };
        let loaded = run(&request);
        assert_eq!(names(&loaded), ["../a/y.yaml"]);
        assert_eq!(loaded.unused_globs, None);

        request.paths = vec![PathBuf::from("../z.yaml")];
        request.isolated = true;
        assert_eq!(names(&run(&request)), ["../z.yaml"]);
        request.force_exclude = true;
        assert_eq!(run(&request).excluded, ["../z.yaml"]);
    }

    #[test]
    fn a_configuration_is_no_manifest() {
        let scratch = Scratch::with(&[".git/", "x.yaml", "svclint.yaml"]);
        let config = load_config(scratch.path(), Path::new("svclint.yaml"));
        let config = config.unwrap().unwrap_or_else(|_| Config {
            path: Some(scratch.path().join("svclint.yaml")),
            ..Config::default()
        });
        let request = Request {
            config: Some(Arc::new(config)),
            ..scratch.request(&["."])
        };
        assert_eq!(names(&run(&request)), ["x.yaml"]);
    }

    /// Each unit with its files.
    fn grouped(request: &Request) -> Vec<(String, Vec<String>)> {
        let (texts, plans) = run(request).plans();
        let files = |scope: &svclint::unit::Plan| {
            let files = scope.files.iter();
            files
                .map(|file| texts[file.source.0 as usize].source.name.clone())
                .collect()
        };
        plans
            .iter()
            .map(|scope| (scope.name.clone(), files(scope)))
            .collect()
    }

    const KUSTOMIZATION: &str = "resources: [../base/x.yaml]\nnamespace: prod\n";

    #[test]
    fn scopes_take_files_and_kustomizations_out_of_their_units() {
        let scratch = Scratch::repository(&[
            ("a/x.yaml", ""),
            ("a/y.yaml", ""),
            ("b/z.yaml", ""),
            ("c/w.yaml", ""),
            ("base/x.yaml", ""),
            ("prod/kustomization.yaml", KUSTOMIZATION),
            ("dev/kustomization.yaml", KUSTOMIZATION),
        ]);
        let config = "scopes: [{name: mine, paths: [a/x.yaml, b, prod]}]\n";
        let units = grouped(&scratch.configured(&["."], config));
        let unit = |name: &str, files: &[&str]| {
            let files = files.iter().map(|file| (*file).to_owned()).collect();
            (name.to_owned(), files)
        };
        assert_eq!(
            units,
            [
                unit("mine", &["a/x.yaml", "b/z.yaml", "base/x.yaml"]),
                unit("dev/kustomization.yaml", &["base/x.yaml"]),
                unit("a", &["a/y.yaml"]),
                unit("c", &["c/w.yaml"]),
            ]
        );
    }

    #[test]
    fn what_is_in_one_scope_with_a_named_file_is_read_too() {
        let scratch = Scratch::repository(&[("a/x.yaml", ""), ("b/z.yaml", ""), ("c/w.yaml", "")]);
        let config = "scopes: [{paths: [a, b]}]\n";
        let mut request = scratch.configured(&["a/x.yaml"], config);
        let loaded = run(&request);
        assert_eq!(names(&loaded), ["a/x.yaml", "b/z.yaml"]);
        assert_eq!(reported(&loaded), ["a/x.yaml"]);
        request.isolated = true;
        assert_eq!(names(&run(&request)), ["a/x.yaml"]);
    }
}
