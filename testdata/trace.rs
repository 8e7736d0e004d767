//! Where the traffic goes, held against Kubernetes' own code and against the verdicts of others on
//! network policies.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod slices;

use boon::{Compiler, Schemas};
use serde_json::Value;
use slices::observed;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use svclint::catalogue::ids;
use svclint::diagnostic::{Diagnostic, Identity, Severity};
use svclint::kinds::Protocol;
use svclint::link::Links;
use svclint::load::{Request, load};
use svclint::report::{trace_json, trace_schema};
use svclint::run::{self, Options, Report};
use svclint::text::source::SourceId;
use svclint::trace::{
    Answer, Branch, CODES, EXTERNAL_NAME, Found, Located, NO_PORT, ObjectName, Query, Question,
    ServiceName, Step, Trace, Verdict,
};
use svclint::unit::{Plan, UnitFile, UnitKind};

fn shared() -> PathBuf {
    let folder = std::env::var_os("SVCLINT_SHARED").map(PathBuf::from);
    folder.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"))
}

/// The manifests of the corpus, if they are here.
fn corpus() -> Option<PathBuf> {
    let script = shared().join("corpus/unpack");
    if !script.is_file() {
        println!("skipped: no {}", script.display());
        return None;
    }
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
    let unpacked = Command::new(script).arg(scratch).output().expect("a shell");
    assert!(unpacked.status.success(), "unpacked");
    let folder = String::from_utf8(unpacked.stdout).expect("a path");
    Some(PathBuf::from(folder.trim()))
}

/// The units of the corpus: the folder that paths count from, and their files.
fn units(folder: &Path) -> Vec<(PathBuf, Vec<PathBuf>)> {
    let table = fs::read_to_string(shared().join("corpus/units.tsv")).expect("the list of units");
    let rows = table.lines().skip(1).map(|row| row.split('\t').collect());
    let units = rows.map(|row: Vec<&str>| {
        let root = folder.join(row[1].replacen('/', "+", 1));
        let files = row[row.len() - 1].split(';').map(PathBuf::from);
        let files = files.filter(|file| root.join(file).is_file()).collect();
        (root, files)
    });
    units.collect()
}

/// What Kubernetes' own code makes of them.
fn records() -> Vec<Value> {
    let packed = shared().join("corpus/endpoints.jsonl.gz");
    let unpacked = Command::new("gzip").arg("-dc").arg(packed).output();
    let text = unpacked.expect("gzip").stdout;
    let lines = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let records = lines.map(|line| serde_json::from_slice(line).expect("a record"));
    records.collect()
}

/// The ways of everything in some files that are applied together, whatever else there is.
fn ways(root: &Path, files: Vec<PathBuf>, question: &Question, options: &Options) -> Answer {
    traced(root, files, question, options).1
}

/// The same, with what a lint finds.
fn traced(
    root: &Path,
    files: Vec<PathBuf>,
    question: &Question,
    options: &Options,
) -> (Report, Answer) {
    run::trace(linked(root, files, options), options, question)
}

/// The links of everything in some files that are applied together.
fn linked(root: &Path, files: Vec<PathBuf>, options: &Options) -> Links {
    let request = Request {
        paths: files,
        current_dir: root.to_owned(),
        isolated: true,
        ..Request::default()
    };
    let loaded = load(&request, &mut std::io::empty()).expect("paths without globs");
    let (mut texts, _) = loaded.plans();
    for text in &mut texts {
        text.skip = None;
    }
    let sources = (0..texts.len()).map(|at| SourceId(u32::try_from(at).expect("few files")));
    let plan = Plan {
        files: sources.map(UnitFile::plain).collect(),
        ..Plan::new(root.display().to_string(), UnitKind::Stream)
    };
    run::link(texts, vec![plan], options)
}

/// What a way says of one port of a Service, in the notation of the records; none where part of it
/// cannot be known.
fn predicted(traces: &[&Trace]) -> Option<BTreeSet<String>> {
    let mut lines = BTreeSet::new();
    for trace in traces {
        if trace.verdict == Verdict::Unknown && trace.branches.is_empty() {
            return None;
        }
        // A name for another Service has no endpoints of its own.
        let is_alias = trace.hops.iter().any(|hop| hop.step.code == EXTERNAL_NAME);
        let branches = trace.branches.iter().filter(|_| !is_alias);
        // A schedule makes no pods at once.
        let made = branches.filter(|own| own.object.identity.kind != "CronJob");
        for branch in made {
            match branch.pod_port {
                Some(number) => lines.insert(line(trace, branch, number)),
                None if branch.verdict == Verdict::Unknown => return None,
                None => false,
            };
        }
    }
    Some(lines)
}

/// `Deployment/web http:8080/TCP`
fn line(trace: &Trace, branch: &Branch, number: i64) -> String {
    let Query {
        port_name,
        protocol,
        ..
    } = &trace.ask;
    let name = port_name.as_deref().unwrap_or("<unset>");
    let Identity {
        kind, name: own, ..
    } = &*branch.object.identity;
    let protocol = protocol.map_or("?", Protocol::as_str);
    format!("{kind}/{own} {name}:{number}/{protocol}")
}

/// What a record says of an object by kind and name: whether Kubernetes refuses it.
fn is_rejected(record: &Value, object: &Located) -> bool {
    let name = format!(": {}/{}: ", object.identity.kind, object.identity.name);
    let rejected = record["rejected"].as_array().expect("a list");
    let mut lines = rejected.iter().filter_map(Value::as_str);
    lines.any(|line| line.contains(&name))
}

/// Whether a record can tell about a way: it knows no custom kinds, and no versions that are not
/// served any more.
fn is_judged(record: &Value, trace: &Trace) -> bool {
    let mut backends = trace.branches.iter().map(|own| &own.object);
    !is_rejected(record, &trace.ask.to)
        && backends.all(|own| {
            let version = own.identity.api_version.as_str();
            matches!(version, "v1" | "apps/v1" | "batch/v1") && !is_rejected(record, own)
        })
}

#[test]
fn services_lead_where_kubernetes_sends_them() {
    let Some(folder) = corpus() else { return };
    let (mut agree, mut unknown, mut resolved) = (0, 0, 0);
    let mut contradictions = Vec::new();
    for ((root, files), record) in units(&folder).into_iter().zip(records()) {
        let case = record["case"].as_str().expect("a name");
        if files.is_empty() {
            continue;
        }
        let answer = ways(&root, files, &Question::Services, &Options::default());
        let mut by_service: BTreeMap<String, Vec<&Trace>> = BTreeMap::new();
        for trace in &answer.traces {
            let to = &trace.ask.to;
            let name = format!("{}/{}", to.namespace, to.identity.name);
            by_service.entry(name).or_default().push(trace);
        }
        for service in record["services"].as_array().expect("a list") {
            let name = service["service"].as_str().expect("a name");
            let traces = by_service.get(name).map_or(&[][..], Vec::as_slice);
            if !traces.iter().all(|trace| is_judged(&record, trace)) {
                continue;
            }
            let lines = observed(service["slices"].as_array().expect("a list")).into_iter();
            let lines: BTreeSet<String> = lines.filter(|line| line.contains(' ')).collect();
            resolved += usize::from(!lines.is_empty());
            match predicted(traces) {
                Some(own) if own == lines => agree += 1,
                Some(own) => contradictions.push(format!("{case} {name}: {own:?}, not {lines:?}")),
                None if lines.is_empty() => agree += 1,
                None => {
                    println!("unknown: {case} {name}");
                    unknown += 1;
                }
            }
        }
    }
    println!("{agree} Services agree, {unknown} of {resolved} with endpoints are unknown");
    assert!(
        contradictions.is_empty(),
        "{}\n{}",
        contradictions.len(),
        contradictions.join("\n")
    );
    assert!(unknown * 50 <= resolved, "{unknown} of {resolved}");
}

/// The rules about what stands on the way from a Service to its pods.
const ON_THE_WAY: [&str; 6] = [
    ids::SERVICE_SELECTOR_NAMESPACE_MISMATCH,
    ids::SERVICE_SELECTOR_NO_MATCH,
    ids::TARGET_PORT_IN_INIT_CONTAINER,
    ids::TARGET_PORT_NAME_NOT_FOUND,
    ids::TARGET_PORT_NOT_EXPOSED,
    ids::TARGET_PORT_PROTOCOL_MISMATCH,
];

/// The steps of a trace at which something is wrong.
fn faults(trace: &Trace) -> Vec<&Step> {
    let hops = trace.hops.iter().map(|hop| &hop.step);
    let branches = trace.branches.iter();
    let branches = branches.flat_map(|own| own.pods.iter().chain([&own.port, &own.ready]));
    hops.chain(branches)
        .filter(|step| step.fault.is_some())
        .collect()
}

/// What a rule finds wrong breaks the way of its Service, and what breaks a way a rule finds: where
/// that is not so in some files that are applied together. Counts the errors of rules that traces
/// tell.
fn disagreements(root: &Path, files: Vec<PathBuf>, told: &mut usize) -> Vec<String> {
    let shown = format!("{} {files:?}", root.display());
    let (report, answer) = traced(root, files, &Question::Services, &Options::default());
    let mut differing = Vec::new();
    let is_told =
        |found: &&Diagnostic| found.severity == Severity::Error && ON_THE_WAY.contains(&found.rule);
    for found in report.diagnostics.iter().filter(is_told) {
        *told += 1;
        let object = found.object.as_ref().expect("a Service");
        let is_broken = |trace: &&Trace| {
            trace.ask.to.identity == *object && trace.verdict.is_bad() && !faults(trace).is_empty()
        };
        if !answer.traces.iter().any(|trace| is_broken(&trace)) {
            differing.push(format!("{shown}: only a rule says: {}", found.message));
        }
    }
    let rules: BTreeSet<&str> = report.diagnostics.iter().map(|own| own.rule).collect();
    for trace in &answer.traces {
        for step in faults(trace) {
            // A lint says one thing of a place, a trace what is wrong with each of the pods.
            let mut found = report.diagnostics.iter();
            let is_said = found.any(|own| Some(own.primary.span) == step.place);
            if !is_said && !rules.contains(step.code) && step.code != NO_PORT {
                let (code, to) = (step.code, &trace.ask.to.identity);
                differing.push(format!("{shown}: only a trace says {code}: {to}"));
            }
        }
    }
    differing
}

#[test]
fn rules_and_traces_agree() {
    let Some(folder) = corpus() else { return };
    let mut told = 0;
    let units = units(&folder).into_iter();
    let differing = units.flat_map(|(root, files)| disagreements(&root, files, &mut told));
    let differing: Vec<String> = differing.collect();
    println!("{told} errors of rules are told by traces");
    assert!(told > 0, "no rule finds anything");
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn rules_and_traces_agree_about_fixtures() {
    let (mut told, mut differing) = (0, Vec::new());
    for folder in ["ok", "err"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("testdata")
            .join(folder);
        let entries = fs::read_dir(&root)
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        let files = entries.map(PathBuf::from);
        for file in files.filter(|file| file.extension().is_some_and(|own| own == "yaml")) {
            differing.extend(disagreements(&root, vec![file], &mut told));
        }
    }
    assert!(told > 20, "only {told}");
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

/// A row of the table of flows.
struct Flow<'t> {
    case: &'t str,
    /// `Deployment/shop/web shop/api:80/TCP Deployment/shop/api`
    what: String,
    pod_port: i64,
    verdict: &'t str,
    blocked_at: &'t str,
    needs: &'t str,
}

impl<'t> Flow<'t> {
    fn read(row: &'t str) -> Self {
        let columns: Vec<&str> = row.split('\t').collect();
        let [
            case,
            from,
            service,
            port,
            backend,
            pod_port,
            protocol,
            verdict,
            at,
            _,
            needs,
        ] = columns[..]
        else {
            panic!("{row}");
        };
        Self {
            case,
            what: format!("{from} {service}:{port}/{protocol} {backend}"),
            pod_port: pod_port.parse().expect("a number"),
            verdict,
            blocked_at: at,
            needs,
        }
    }

    /// What is said instead of it; nothing if the same is.
    fn differs(&self, said: Option<&Branch>) -> Option<String> {
        let Some(branch) = said else {
            // A node is no workload.
            return (self.needs != "node").then(|| "nothing".to_owned());
        };
        let at = branch.blocked_at().unwrap_or("-");
        let is_side = self.blocked_at == "both" || self.blocked_at == at;
        let is_same = branch.verdict.as_str() == self.verdict
            && is_side
            && branch.pod_port == Some(self.pod_port);
        // What only a cluster knows may be unknown.
        let may_doubt = self.needs != "-" && branch.verdict == Verdict::Unknown;
        let said = || format!("{} at {at}, {:?}", branch.verdict.as_str(), branch.pod_port);
        (!is_same && !may_doubt).then(said)
    }
}

/// A branch as a row names it.
fn flow(trace: &Trace, from: &Located, branch: &Branch) -> Option<String> {
    let name = |own: &Located| {
        format!(
            "{}/{}/{}",
            own.identity.kind, own.namespace, own.identity.name
        )
    };
    let to = &trace.ask.to;
    let service = format!("{}/{}", to.namespace, to.identity.name);
    let (port, protocol) = (trace.ask.port?, trace.ask.protocol?.as_str());
    let (from, backend) = (name(from), name(&branch.object));
    Some(format!("{from} {service}:{port}/{protocol} {backend}"))
}

/// All branches for all clients, as rows name them.
fn flows(answer: &Answer) -> impl Iterator<Item = (String, &Branch)> {
    answer.traces.iter().flat_map(|trace| {
        let clients = trace.ask.from.iter();
        clients.flat_map(move |from| {
            let branches = trace.branches.iter();
            branches.filter_map(move |branch| Some((flow(trace, from, branch)?, branch)))
        })
    })
}

/// Verdicts of two other programs, which agree, on what network policies let through.
#[test]
fn network_policies_let_through_what_others_say() {
    let folder = shared().join("policy/dev");
    let Ok(table) = fs::read_to_string(folder.join("flows.tsv")) else {
        println!("skipped: no {}", folder.display());
        return;
    };
    let rows: Vec<Flow<'_>> = table.lines().skip(1).map(Flow::read).collect();
    let mut by_case: BTreeMap<&str, Vec<&Flow<'_>>> = BTreeMap::new();
    for row in &rows {
        by_case.entry(row.case).or_default().push(row);
    }
    let options = Options::default().closed_world(true);
    let mut differing = Vec::new();
    for (case, rows) in by_case {
        let files = ["app.yaml", "policies.yaml"].map(PathBuf::from);
        let answer = ways(
            &folder.join(case),
            files.into(),
            &Question::All(None),
            &options,
        );
        let said: BTreeMap<String, &Branch> = flows(&answer).collect();
        for row in rows {
            if let Some(instead) = row.differs(said.get(&row.what).copied()) {
                let (verdict, at) = (row.verdict, row.blocked_at);
                differing.push(format!(
                    "{case} {}: {verdict} at {at}, not {instead}",
                    row.what
                ));
            }
        }
    }
    println!("{} flows compared", rows.len());
    assert!(
        differing.is_empty(),
        "{}\n{}",
        differing.len(),
        differing.join("\n")
    );
}

/// What each client is told of its way to each port, in one answer or in several.
fn told(answers: &[Answer]) -> BTreeSet<String> {
    let traces = answers.iter().flat_map(|answer| &answer.traces);
    let told = traces.flat_map(|trace| {
        let Trace {
            ask,
            hops,
            branches,
            verdict,
            doubts,
            ..
        } = trace;
        let (to, port, protocol) = (&ask.to, ask.port, ask.protocol);
        let way =
            format!("{to:?} {port:?} {protocol:?} {hops:?} {branches:?} {verdict:?} {doubts:?}");
        let clients = ask.from.iter();
        clients.map(move |client| format!("{client:?} -> {way}"))
    });
    told.collect()
}

/// Asks about all pairs at once, and about one after another.
fn compare_pairs(name: &str, root: &Path, files: Vec<PathBuf>, options: &Options) -> usize {
    let links = linked(root, files, options);
    let ask = |question| svclint::trace::trace(&links, &Found::default(), &question);
    let all = ask(Question::All(None));
    let asked = all.traces.iter().flat_map(|trace| {
        let clients = trace.ask.from.iter();
        clients.map(|from| (from.to_string(), from, &trace.ask.to))
    });
    let asked: BTreeMap<(String, String), Question> = asked
        .map(|(client, from, to)| {
            let from = ObjectName {
                kind: from.identity.kind.clone(),
                namespace: Some(from.namespace.clone()),
                name: from.identity.name.clone(),
            };
            let service = ServiceName {
                namespace: Some(to.namespace.clone()),
                name: to.identity.name.clone(),
                port: None,
            };
            ((client, to.to_string()), Question::Flow(from, service))
        })
        .collect();
    let one_by_one: Vec<Answer> = asked.into_values().map(ask).collect();
    let (together, apart) = (told(&[all]), told(&one_by_one));
    let mut differing = together.symmetric_difference(&apart).peekable();
    assert!(
        differing.peek().is_none(),
        "{name}: {:#?}",
        differing.collect::<Vec<_>>()
    );
    together.len()
}

/// Pods that network policies cannot tell apart are asked about once: that says the same of each.
#[test]
fn by_classes_is_one_by_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    for closed in [true, false] {
        let options = Options::default().closed_world(closed);
        let pairs = compare_pairs(
            "classes",
            &root,
            vec!["cmd/ways/classes/classes.yaml".into()],
            &options,
        );
        assert_eq!(pairs, 10 * 4, "each workload to each Service");
    }
    let folder = shared().join("policy/dev");
    let Ok(cases) = fs::read_dir(&folder) else {
        println!("skipped: no {}", folder.display());
        return;
    };
    let options = Options::default().closed_world(true);
    for case in cases
        .map(|case| case.unwrap().path())
        .filter(|case| case.is_dir())
    {
        let files = ["app.yaml", "policies.yaml"].map(PathBuf::from);
        compare_pairs(&case.display().to_string(), &case, files.into(), &options);
    }
}

/// Every word in a trace: verdicts, and codes of steps and of what policies say.
fn words(trace: &Trace) -> Vec<&'static str> {
    let hops = trace.hops.iter().map(|hop| hop.step.code);
    let branches = trace.branches.iter().flat_map(|own| {
        let steps = own.pods.iter().chain([&own.port, &own.ready]);
        let sides = [&own.egress, &own.ingress].into_iter().flatten();
        let codes = steps.map(|own| own.code);
        codes
            .chain(sides.map(|own| own.code))
            .chain([own.verdict.as_str()])
            .collect::<Vec<_>>()
    });
    let all = hops.chain(branches).chain([trace.verdict.as_str()]);
    all.collect()
}

/// Each word that a trace may use is used for one of the manifests here.
#[test]
fn every_word_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for (files, addresses) in [
        (&["cmd/traced"][..], &["api.shop.test/v1"][..]),
        (&["cmd/ways/entries.yaml"], &[]),
        (&["cmd/ways/classes/classes.yaml"], &[]),
        (&["cmd/ways/words/words.yaml"], &[]),
        (&["cmd/ways/mesh/mesh.yaml"], &["cart.example.com/"]),
        (&["cmd/ways/split"], &[]),
        (&["demo"], &["shop.example.com/"]),
    ] {
        let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
        let addresses = addresses.iter();
        let addresses = addresses.map(|own| Question::of_target(own).unwrap());
        for question in addresses.chain([Question::Services, Question::All(None)]) {
            for closed in [false, true] {
                let options = Options::default().closed_world(closed);
                let answer = ways(&root, files.clone(), &question, &options);
                used.extend(answer.traces.iter().flat_map(words));
            }
        }
    }
    let all = CODES.into_iter().chain(Verdict::ALL.map(Verdict::as_str));
    let unused: Vec<&str> = all.filter(|word| !used.contains(word)).collect();
    assert_eq!(unused, [""; 0]);
}

/// Forbids fields that the schema does not name: what readers have to bear, tests need not.
fn close(schema: &mut Value) {
    if let Some(own) = schema.as_object_mut() {
        if own.contains_key("properties") {
            own.insert("additionalProperties".to_owned(), false.into());
        }
        own.values_mut().for_each(close);
    }
}

#[test]
fn json_is_what_its_schema_says() {
    let mut schema = trace_schema();
    close(&mut schema);
    let mut compiler = Compiler::new();
    compiler.add_resource("trace.json", schema).unwrap();
    let mut schemas = Schemas::new();
    let schema = compiler.compile("trace.json", &mut schemas).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    for folder in ["demo", "cmd/traced"] {
        for question in [Question::Services, Question::All(None)] {
            let request = Request {
                paths: vec![folder.into()],
                current_dir: root.clone(),
                ..Request::default()
            };
            let options = Options::default();
            let loaded = load(&request, &mut std::io::empty()).unwrap();
            let (texts, plans) = loaded.plans();
            let links = run::link(texts, plans, &options);
            let (report, answer) = run::trace(links, &options, &question);
            let mut out = Vec::new();
            trace_json(&report, &answer, false, &mut out).unwrap();
            let document: Value = serde_json::from_slice(&out).unwrap();
            assert!(!document["traces"].as_array().unwrap().is_empty());
            if let Err(error) = schemas.validate(&document, schema) {
                panic!("{error:#}");
            }
        }
    }
}
