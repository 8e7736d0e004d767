//! What is written: reports and baselines into files, and words to terminals and logs.

use super::*;

#[test]
fn nothing_is_written_through_a_link() {
    let scene = Scene::new();
    scene.write("victim", "precious");
    scene.write("elsewhere/victim", "precious");
    scene.link("../victim", "repo/svclint.sarif");
    scene.link("../elsewhere", "repo/reports");
    scene.link(".git", "repo/git");
    let run = scene.run(&["-q", "--report=sarif=svclint.sarif"]);
    assert_eq!(run.status, Some(1), "{run:?}");
    let report = fs::read_to_string(scene.path("repo/svclint.sarif")).unwrap();
    assert!(report.contains("invalid-service-port"), "{report}");
    for path in ["reports/victim", "git/config"] {
        for option in ["--report=full=", "--write-baseline="] {
            let run = scene.run(&["-q", &format!("{option}{path}")]);
            assert_eq!(run.status, Some(2), "{run:?}");
            assert!(run.stderr.contains("link out of the repository"), "{run:?}");
        }
    }
    fs::remove_file(scene.path("repo/svclint.sarif")).unwrap();
    scene.link("../victim", "repo/known.yaml");
    let run = scene.run(&["-q", "--write-baseline=known.yaml"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    for victim in ["victim", "elsewhere/victim"] {
        let kept = fs::read_to_string(scene.path(victim)).unwrap();
        assert_eq!(kept, "precious", "{victim}");
    }
    let config = fs::read_to_string(scene.path("repo/.git/config")).unwrap();
    assert!(config.contains(SECRET), "{config}");
    let run = scene.run(&["-q", "--report=json=../out.json"]);
    assert_eq!(run.status, Some(1), "{run:?}");
    assert!(scene.path("out.json").is_file());
    // Without a repository it is the current directory.
    fs::remove_dir_all(scene.path("repo/.git")).unwrap();
    scene.link("../victim", "repo/out.sarif");
    for (report, status) in [("out.sarif", 1), ("reports/victim", 2)] {
        let run = scene.run(&["-q", &format!("--report=sarif={report}")]);
        assert_eq!(run.status, Some(status), "{run:?}");
    }
    for victim in ["victim", "elsewhere/victim"] {
        let kept = fs::read_to_string(scene.path(victim)).unwrap();
        assert_eq!(kept, "precious", "{victim}");
    }
}

/// A full disk takes nothing away.
#[test]
fn what_cannot_be_written_leaves_the_old_file() {
    let scene = Scene::new();
    assert_eq!(
        scene.run(&["-q", "--write-baseline=known.yaml"]).status,
        Some(0)
    );
    let old = fs::read_to_string(scene.path("repo/known.yaml")).unwrap();
    scene.write("repo/a.yaml", &SERVICE.replace("port: 0", "port: 80"));
    let files = || fs::read_dir(scene.path("repo")).unwrap().count();
    let before = files();
    for arguments in [
        "--write-baseline=known.yaml",
        "--baseline=known.yaml --prune-baseline",
        "--report=json=known.yaml",
    ] {
        // No file may grow, which is no reason to die.
        let svclint = env!("CARGO_BIN_EXE_svclint");
        let script = format!("trap '' XFSZ; ulimit -f 0; exec '{svclint}' {arguments}");
        let output = Command::new("bash")
            .args(["-c", &script])
            .current_dir(scene.path("repo"))
            .output();
        let run = Run::from(output.unwrap());
        assert_eq!(run.status, Some(2), "{arguments}: {run:?}");
        let kept = fs::read_to_string(scene.path("repo/known.yaml")).unwrap();
        assert_eq!(kept, old, "{arguments}");
        assert_eq!(files(), before, "{arguments}: nothing else is left");
    }
}

/// Names that steer terminals, and give commands to CI systems.
const NAMES: [&str; 6] = [
    "x\u{1b}[31m\n::error::from the pull request",
    "::set-output name=x::y",
    "##[add-mask]a",
    "##vso[task.setvariable variable=x]y",
    "a\r\u{9b}31m\u{202e}\u{2066}b\u{ad}\u{e0041}",
    "--help",
];

/// Fails if a text does anything but being read.
fn is_harmless(text: &str, run: &Run) {
    let is_hostile = |character: char| {
        character != '\n' && character.is_control()
            || matches!(character, '\u{ad}' | '\u{202e}' | '\u{2066}' | '\u{e0041}')
    };
    assert!(!text.contains(is_hostile), "{run:?}");
    assert!(!text.contains("##[") && !text.contains("##vso["), "{run:?}");
    for line in text.lines().map(str::trim_start) {
        assert!(!line.starts_with("::set-output"), "{run:?}");
        assert!(!line.starts_with("::error::"), "{run:?}");
    }
}

#[test]
fn names_of_files_are_only_names() {
    let scene = Scene::new();
    for name in NAMES {
        let file = |path: &str| format!("repo/{name}/{path}");
        let broken = "apiVersion: v1\nkind: Service\nmetadata: [\n";
        scene.write(&file("kustomization.yaml"), "resources: [b.yaml]\n");
        scene.write(&file("b.yaml"), SERVICE);
        scene.write(&file("broken.yaml"), broken);
        scene.write(&file("chart/Chart.yaml"), "name: x\nversion: 1.0.0\n");
        scene.write(&file("chart/templates/c.yaml"), SERVICE);
        scene.write(&file("bin.yaml"), "\0\0\0");
        scene.link("nowhere.yaml", &file("lost.yaml"));
    }
    for format in FORMATS {
        let run = scene.run(&["-v", "--pedantic", "--format", format]);
        assert_eq!(run.status, Some(1), "{run:?}");
        is_harmless(&run.all(), &run);
    }
}

#[test]
fn names_on_the_command_line_are_only_names() {
    for name in [&format!("{}{}", NAMES[4], NAMES[0]), NAMES[1]] {
        let scene = Scene::new();
        scene.write(&format!("repo/{name}/b.yaml"), SERVICE);
        let path = format!("{name}/b.yaml");
        for arguments in [
            &["--", &*format!("{name}/no")][..],
            &["--baseline", &path],
            &["--config", &path],
            &["--config", &format!("{name}/no")],
            &["--write-baseline", &format!("{name}/no/known.yaml")],
            &["--write-baseline", &format!("{name}/known.yaml")],
            &["--report", &format!("json={name}/no/x")],
            &["--report", &format!("{name}=x")],
            &["--helm", &format!("./{name}/no")],
            &["--kustomize", &format!("./{name}/no")],
            &["--exclude", &format!("{name}[")],
            &["--only", name],
            &["--namespace", name],
            &[&format!("--{name}")],
            &["explain", name],
            &["--base", &format!("-{name}")],
            &["--stdin-filename", name, "-"],
        ] {
            let run = scene.run(arguments);
            is_harmless(&run.all(), &run);
        }
        let config = format!("namespace: {0}\nbaseline: {0}\n", quoted(name));
        scene.write("repo/.svclint.yaml", &config);
        let run = scene.run(&["--show-config"]);
        is_harmless(&run.all(), &run);
    }
}

/// A text as YAML writes it without any odd character.
fn quoted(text: &str) -> String {
    let escaped = text.chars().map(|character| match character {
        '"' | '\\' => format!("\\{character}"),
        ' '..='~' => character.to_string(),
        _ => format!("\\U{:08x}", u32::from(character)),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

#[test]
fn words_of_manifests_are_only_words() {
    let scene = Scene::new();
    for (at, name) in NAMES.iter().enumerate() {
        let text = quoted(&format!("{name} {name}"));
        let object = |kind: &str| {
            format!(
                "apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {text}\n  \
                 labels: {{{text}: {text}}}\nspec:\n  type: {text}\n  \
                 selector: {{{text}: {text}}}\n  {text}: 1\n  \
                 ports:\n  - name: {text}\n    port: 0\n    protocol: {text}\n"
            )
        };
        let objects = format!("{}---\n{}", object("Service"), object(&text));
        scene.write(&format!("repo/{at}/b.yaml"), &objects);
        let kustomization = format!("resources: [{text}]\n");
        scene.write(&format!("repo/{at}/c/kustomization.yaml"), &kustomization);
    }
    let reason = quoted(&NAMES.concat());
    let config = format!("external: {{services: [{{name: x, reason: {reason}}}]}}\n");
    scene.write("repo/.svclint.yaml", &config);
    for format in FORMATS {
        let run = scene.run(&["-v", "--pedantic", "--format", format]);
        assert_eq!(run.status, Some(1), "{run:?}");
        is_harmless(&run.all(), &run);
    }
    let run = scene.run(&["--write-baseline=known.yaml"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    let written = fs::read_to_string(scene.path("repo/known.yaml")).unwrap();
    let is_odd = |character: char| character != '\n' && character.is_control();
    assert!(!written.contains(is_odd), "{written:?}");
}

/// What a path is called can be typed again, and means the path.
#[test]
fn a_path_is_no_option_and_no_command_of_a_shell() {
    let scene = Scene::new();
    scene.write("repo/-n=x.yaml", SERVICE);
    scene.write(
        "repo/-charts/$(touch x)/Chart.yaml",
        "name: x\nversion: 1.0.0\n",
    );
    scene.write("repo/-charts/$(touch x)/templates/a.yaml", SERVICE);
    let run = scene.run(&["--format=concise"]);
    assert!(run.stdout.contains("./-n=x.yaml:4:"), "{run:?}");
    let command = "`svclint --helm './-charts/$(touch x)'`";
    assert!(run.stderr.contains(command), "{run:?}");
    // Code hosts know it by its name.
    let run = scene.run(&["--format=github"]);
    assert!(run.stdout.contains("::error file=-n=x.yaml,"), "{run:?}");
}

/// The hook that names files ends its options first.
#[test]
fn a_file_of_a_commit_is_no_option() {
    let hooks =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml"));
    let hooks: serde_yaml::Value = serde_yaml::from_str(&hooks.unwrap()).unwrap();
    for hook in hooks.as_sequence().unwrap() {
        if hook["pass_filenames"].as_bool() == Some(false) {
            continue;
        }
        let scene = Scene::new();
        scene.write("repo/--config=evil.yaml", SERVICE);
        scene.write("repo/evil.yaml", "rules: {ports: \"off\"}\n");
        let entry = hook["entry"].as_str().unwrap().split(' ').skip(1);
        let arguments = hook["args"].as_sequence().unwrap().iter();
        let arguments = arguments.map(|word| word.as_str().unwrap());
        let all = entry.chain(arguments).chain(["--config=evil.yaml"]);
        let run = scene.run(&all.collect::<Vec<_>>());
        assert_eq!(run.status, Some(1), "{run:?}");
        assert!(run.stdout.contains("./--config=evil.yaml:4:"), "{run:?}");
    }
}

#[test]
fn passwords_in_addresses_are_masked() {
    let scene = Scene::new();
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - name: c\n    \
         image: c\n    env:\n    \
         - {{name: A, value: \"http://user:{SECRET}@a.default.svc:81/\"}}\n    \
         - {{name: B, valu: \"amqp://{SECRET}@mq\"}}\n    \
         ports: [{{containerPort: 80, protocol: \"http://user:{SECRET}@a:81/\"}}]\n"
    );
    scene.write("repo/pod.yaml", &pod);
    for format in FORMATS {
        let run = scene.run(&["-v", "--format", format]);
        assert!(run.stdout.contains("invalid-container-port"), "{run:?}");
        run.tells_nothing();
    }
    let run = scene.run(&["--format=full"]);
    assert!(
        run.stdout.contains("\"http://***@a.default.svc:81/\""),
        "{run:?}"
    );
    let run = scene.run(&["--write-baseline=known.yaml"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    let written = fs::read_to_string(scene.path("repo/known.yaml")).unwrap();
    assert!(!written.contains(SECRET), "{written}");
    let run = scene.run(&["--set", &format!("x=http://a:{SECRET}@b")]);
    assert_eq!(run.status, Some(2), "{run:?}");
    run.tells_nothing();
}

/// A Secret is skipped by its kind. One that has to be parsed to be told, or does not parse, shows
/// no value either.
#[test]
fn values_of_secrets_are_not_shown() {
    let scene = Scene::new();
    let secret = |kind: &str, data: &str| {
        format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: x}}\nstringData:\n{data}\n")
    };
    let twice = format!("  a: {SECRET}\n  a: {SECRET}\n  b: {SECRET}");
    let broken = format!("  a: {SECRET}\n  b: [{SECRET}\n c: {SECRET}");
    let block = format!("  a: |\n    x: {SECRET}\n  a: \"{SECRET}");
    let mut at = 0;
    for kind in ["Secret", "\"Secret\"", "'Secret' # {{"] {
        for data in [&twice, &broken, &block] {
            at += 1;
            let text = secret(kind, data);
            scene.write(&format!("repo/{at}.yaml"), &text);
            let item = text.replace('\n', "\n  ");
            let service = SERVICE.trim().replace('\n', "\n  ");
            let list =
                format!("apiVersion: v1\nkind: List\nitems:\n- {item}\n- {service}\n- {item}\n");
            scene.write(&format!("repo/list-{at}.yaml"), &list);
        }
    }
    for format in FORMATS {
        let run = scene.run(&["-v", "--pedantic", "--format", format]);
        assert!(run.stdout.contains("duplicate-key"), "{run:?}");
        run.tells_nothing();
    }
}

/// Editors, GitHub and YAML end a line at a carriage return alone: what stands there has to be
/// looked for at the same place in all formats.
#[test]
fn a_carriage_return_hides_no_line() {
    let scene = Scene::new();
    scene.write("repo/a.yaml", &SERVICE.replace('\n', "\r"));
    let run = scene.run(&["--format=concise"]);
    assert!(run.stdout.starts_with("a.yaml:4:23: error["), "{run:?}");
    let run = scene.run(&["--format=sarif"]);
    assert!(run.stdout.contains("\"startLine\": 4"), "{run:?}");
    // The hash of `spec:{ports:[{port:0}]}` at the end of a file.
    let with_line_feeds = Scene::new().run(&["--format=sarif"]);
    let hash = |run: &Run| {
        let (_, rest) = run.stdout.split_once("primaryLocationLineHash").unwrap();
        rest.lines().next().unwrap().to_owned()
    };
    assert_eq!(hash(&run), hash(&with_line_feeds));
}

/// Who edits a file by the places of a report edits what it means.
#[test]
fn offsets_count_the_bytes_of_the_file() {
    let comment = "# \u{e9}\u{1f980}\n";
    let text = format!("{comment}{SERVICE}");
    let utf_16 = text.encode_utf16().flat_map(u16::to_le_bytes);
    let utf_16: Vec<u8> = [0xff, 0xfe].into_iter().chain(utf_16).collect();
    let latin_1 = [b"# \xe9\xe9\n", SERVICE.as_bytes()].concat();
    for (bytes, width) in [(utf_16, 2), (latin_1, 1), (text.into_bytes(), 1)] {
        let scene = Scene::new();
        fs::write(scene.path("repo/a.yaml"), &bytes).unwrap();
        let run = scene.run(&["--format=json", "--only=invalid-service-port"]);
        let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let place = &report["diagnostics"][0]["location"]["start"]["offset"];
        let at = usize::try_from(place.as_u64().unwrap()).unwrap();
        let behind: Vec<u8> = bytes[at..].iter().copied().step_by(width).collect();
        assert!(behind.starts_with(b"0}]}"), "{at}: {run:?}");
    }
}
