//! Reading a `kustomization.yaml`: what has the wrong type is passed over, and remembered.

use super::entry::{Entry, is_remote};
use super::keys::{field, items};
use super::{AddedLabels, Changes, Edits, Generated, Kustomization, Patch, PatchText, Target};
use crate::kinds::Labels;
use crate::text::paths::normalise;
use crate::text::source::SourceId;
use crate::yaml::cursor::Cursor;
use crate::yaml::reader::Reader;
use crate::yaml::tree::Tree;
use crate::yaml::{RawDocument, documents, parse};
use std::path::Path;

impl Kustomization {
    /// Reads the file at this path; nothing if it is something else in spite of its name (Flux
    /// has a `Kustomization` of its own).
    pub fn read(path: &Path, text: &str) -> Option<Self> {
        let mut kustomization = Self {
            path: path.to_owned(),
            ..Self::default()
        };
        let Some(document) = first_document(text) else {
            return Some(kustomization);
        };
        let mut tree = Tree::new(text);
        if let Err(error) = parse(&mut tree, &document) {
            kustomization.problem = Some(Entry {
                text: error.message,
                range: error.range,
                path: None,
            });
            return Some(kustomization);
        }
        let reader = Reader::new(&tree, SourceId(0));
        let Some(top) = Cursor::root(&reader) else {
            return Some(kustomization);
        };
        let start = top.key_span();
        kustomization.start = start.start..start.end;
        let text_of = |name| Some(field(top, name)?.string()?.value);
        let version = text_of("apiVersion");
        let ours = version.is_none_or(|version| version.starts_with("kustomize.config.k8s.io/"));
        kustomization.component = match text_of("kind").as_deref() {
            None | Some("Kustomization") => false,
            Some("Component") => true,
            Some(_) => return None,
        };
        if !ours {
            return None;
        }
        let dir = kustomization.dir().to_owned();
        Fields {
            top,
            dir: &dir,
            problem: None,
        }
        .read_into(&mut kustomization);
        Some(kustomization)
    }
}

/// Like kubectl's converter, kustomize stops at the end of the first document. Comments and
/// directives before `---` belong to what comes behind it.
fn first_document(text: &str) -> Option<RawDocument> {
    let mut documents = documents(text).into_iter();
    let first = documents.next()?;
    let is_marked = text[..first.range.start].contains("---");
    let mut lines = text[first.range.clone()].lines().map(str::trim);
    if !is_marked && lines.all(|line| line.is_empty() || line.starts_with(['#', '%'])) {
        return documents.next();
    }
    Some(first)
}

/// The fields of a kustomization while they are read. What has the wrong type is passed over, and
/// the first of it remembered.
struct Fields<'r> {
    top: Cursor<'r>,
    dir: &'r Path,
    problem: Option<Entry>,
}

impl<'r> Fields<'r> {
    fn read_into(mut self, into: &mut Kustomization) {
        if !self.top.is_map() {
            self.refuse(self.top, "expected a mapping");
        }
        into.namespace = self.text("namespace");
        into.resources = self.paths(self.top, "resources");
        into.resources.extend(self.paths(self.top, "bases"));
        into.components = self.paths(self.top, "components");
        into.patches = self.patches();
        for name in ["generators", "transformers", "validators"] {
            into.plugins.extend(self.paths_or_yaml(name));
        }
        into.auxiliary = self.auxiliary(&into.plugins);
        into.values = self.values();
        into.generated = self.generated();
        let names = [self.text("namePrefix"), self.text("nameSuffix")];
        into.edits = self.edits();
        into.configurations = self.paths(self.top, "configurations");
        let others = ["replacements", "transformers", "vars"];
        let custom = ["configurations", "crds", "openapi"];
        into.changes = Changes {
            labels: items(self.top, "labels").any(|own| field(own, "fields").is_some()),
            names: names.iter().any(Option::is_some),
            values: others.into_iter().any(|field| self.sets(field)),
            custom: custom.into_iter().any(|field| self.sets(field)),
            namespaces: false,
        };
        into.problem = self.problem;
    }

    /// `labels`, `commonLabels` and `replicas`.
    fn edits(&self) -> Edits {
        let is = |item: Cursor<'_>, name| {
            let value = field(item, name).and_then(Cursor::boolean);
            value.is_some_and(|value| value.value)
        };
        let labels = items(self.top, "labels").map(|item| AddedLabels {
            pairs: Labels::read(field(item, "pairs")).pairs,
            in_selectors: is(item, "includeSelectors"),
            in_templates: is(item, "includeTemplates"),
        });
        let common = AddedLabels {
            pairs: Labels::read(field(self.top, "commonLabels")).pairs,
            in_selectors: true,
            in_templates: true,
        };
        let replicas = items(self.top, "replicas").filter_map(|item| {
            let name = field(item, "name")?.string()?.value;
            Some((name, field(item, "count")?.integer()?))
        });
        Edits {
            labels: labels
                .chain([common])
                .filter(|own| !own.pairs.is_empty())
                .collect(),
            replicas: replicas.collect(),
        }
    }

    fn refuse(&mut self, at: Cursor<'_>, message: &str) {
        self.problem.get_or_insert_with(|| Entry {
            text: message.to_owned(),
            range: at.span().start..at.span().end,
            path: None,
        });
    }

    /// Whether a field holds anything.
    fn sets(&self, name: &str) -> bool {
        let Some(value) = field(self.top, name) else {
            return false;
        };
        value.items().next().is_some() || !value.entries().is_empty()
    }

    /// A text that is not empty.
    fn text(&mut self, name: &str) -> Option<Entry> {
        let value = field(self.top, name)?;
        self.string(value).filter(|entry| !entry.text.is_empty())
    }

    fn string(&mut self, value: Cursor<'_>) -> Option<Entry> {
        let Some(string) = value.string() else {
            self.refuse(value, "expected a string");
            return None;
        };
        Some(Entry {
            text: string.value,
            range: string.span.start..string.span.end,
            path: None,
        })
    }

    fn list(&mut self, of: Cursor<'r>, name: &str) -> Vec<Cursor<'r>> {
        let Some(list) = field(of, name) else {
            return Vec::new();
        };
        if !list.is_list() {
            self.refuse(list, "expected a list");
        }
        list.items().collect()
    }

    /// The strings of a list.
    fn strings(&mut self, of: Cursor<'r>, field: &str) -> Vec<Entry> {
        let items = self.list(of, field);
        items
            .into_iter()
            .filter_map(|item| self.string(item))
            .collect()
    }

    /// The strings of a list that are paths or addresses.
    fn paths(&mut self, of: Cursor<'r>, field: &str) -> Vec<Entry> {
        let entries = self.strings(of, field).into_iter();
        entries.map(|entry| self.resolve(entry)).collect()
    }

    /// A path in a field of its own.
    fn path(&mut self, of: Cursor<'r>, name: &str) -> Option<Entry> {
        let value = field(of, name)?;
        let entry = self.string(value)?;
        Some(self.resolve(entry))
    }

    /// Finds out where a text leads. Kustomize takes no absolute paths, and no system longer ones.
    fn resolve(&self, entry: Entry) -> Entry {
        const LONGEST: usize = 4096;
        let relative = Path::new(&entry.text).is_relative()
            && !is_remote(&entry.text)
            && entry.text.len() <= LONGEST;
        let path = relative.then(|| normalise(&self.dir.join(&entry.text)));
        Entry { path, ..entry }
    }

    /// A list whose strings are paths or, as no path is, YAML.
    fn paths_or_yaml(&mut self, field: &str) -> Vec<PatchText> {
        let entries = self.strings(self.top, field).into_iter();
        let texts = entries.map(|entry| {
            if entry.text.contains('\n') || entry.text.contains(": ") || entry.text.contains('{') {
                PatchText::Inline(entry)
            } else {
                PatchText::File(self.resolve(entry))
            }
        });
        texts.collect()
    }

    fn patches(&mut self) -> Vec<Patch> {
        let patch = |text, target: &Option<Target>| Patch {
            text,
            target: target.clone(),
        };
        let merged = self.paths_or_yaml("patchesStrategicMerge").into_iter();
        let mut patches: Vec<Patch> = merged.map(|text| patch(text, &None)).collect();
        for name in ["patches", "patchesJson6902"] {
            for item in self.list(self.top, name) {
                // Long ago `patches` was what is now `patchesStrategicMerge`.
                if let Some(text) = item.string() {
                    let range = text.span.start..text.span.end;
                    let entry = Entry {
                        text: text.value,
                        range,
                        path: None,
                    };
                    patches.push(patch(PatchText::File(self.resolve(entry)), &None));
                    continue;
                }
                let target = field(item, "target").filter(|target| target.is_map());
                let target = target.map(Target::read);
                let file = self.path(item, "path").map(PatchText::File);
                patches.extend(file.map(|text| patch(text, &target)));
                if let Some(written) = field(item, "patch") {
                    let inline = self.string(written).map(PatchText::Inline);
                    patches.extend(inline.map(|text| patch(text, &target)));
                }
            }
        }
        patches
    }

    fn auxiliary(&mut self, plugins: &[PatchText]) -> Vec<Entry> {
        let mut files = self.paths(self.top, "configurations");
        files.extend(self.paths(self.top, "crds"));
        files.extend(plugins.iter().filter_map(|plugin| match plugin {
            PatchText::File(entry) => Some(entry.clone()),
            PatchText::Inline(_) => None,
        }));
        for replacement in self.list(self.top, "replacements") {
            files.extend(self.path(replacement, "path"));
        }
        for field in ["configMapGenerator", "secretGenerator"] {
            for generator in self.list(self.top, field) {
                files.extend(self.path(generator, "env"));
                files.extend(self.paths(generator, "envs"));
                for mut entry in self.strings(generator, "files") {
                    // `key=path`
                    if let Some((_, path)) = entry.text.split_once('=') {
                        entry.text = path.into();
                    }
                    files.push(self.resolve(entry));
                }
            }
        }
        if let Some(openapi) = field(self.top, "openapi") {
            files.extend(self.path(openapi, "path"));
        }
        files
    }

    fn values(&mut self) -> Vec<Entry> {
        let mut files = Vec::new();
        for chart in self.list(self.top, "helmCharts") {
            files.extend(self.path(chart, "valuesFile"));
            files.extend(self.paths(chart, "additionalValuesFiles"));
        }
        files
    }

    fn generated(&self) -> Vec<Generated> {
        let fields = ["generators", "helmCharts", "helmChartInflationGenerator"];
        let set = fields.into_iter().filter(|name| self.sets(name));
        let generated = set.filter_map(|name| {
            let span = field(self.top, name)?.key_span();
            let range = span.start..span.end;
            Some(Generated { field: name, range })
        });
        generated.collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::kustomize::{is_file_name, is_path};
    use std::ops::Range;

    fn read(text: &str) -> Kustomization {
        Kustomization::read(Path::new("/no/such/app/kustomization.yaml"), text).unwrap()
    }

    fn paths(entries: &[Entry]) -> Vec<String> {
        let paths = entries.iter().map(|entry| match &entry.path {
            Some(path) => path.display().to_string(),
            None => format!("{} ?", entry.text),
        });
        paths.collect()
    }

    #[test]
    fn addresses_and_variables_are_no_paths() {
        for text in ["web.yaml", "./base", "../../base/", "a/b.c/d.yaml"] {
            assert!(is_path(text), "{text}");
        }
        for text in [
            "",
            "https://example.com/a.yaml",
            "example.com/org/repo",
            "org/repo//deploy",
            "repo.git/deploy",
            "../${ENV}",
            "$HOME/base",
            "<name>.yaml",
        ] {
            assert!(!is_path(text), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn entries_lead_to_paths_and_keep_their_places() {
        let text = "resources:\n- ../base/\n- './web.yaml'\n- https://example.com/a.yaml\n\
                    - github.com/org/repo//deploy?ref=v1\n- /etc/passwd\nbases: [../../other]\n\
                    components:\n- components/tls\nnamespace: prod\nnamePrefix: a-\n";
        let kustomization = read(text);
        assert_eq!(
            paths(&kustomization.resources),
            [
                "/no/such/base",
                "/no/such/app/web.yaml",
                "https://example.com/a.yaml ?",
                "github.com/org/repo//deploy?ref=v1 ?",
                "/etc/passwd ?",
                "/no/other",
            ]
        );
        assert_eq!(
            paths(&kustomization.components),
            ["/no/such/app/components/tls"]
        );
        let Range { start, end } = kustomization.resources[1].range;
        assert_eq!(&text[start as usize..end as usize], "'./web.yaml'");
        assert_eq!(kustomization.namespace.unwrap().text, "prod");
        let changes = kustomization.changes;
        assert!(changes.names && !changes.labels && !changes.values);
        assert_eq!(kustomization.problem, None);
    }

    #[cfg(unix)]
    #[test]
    fn patches_are_files_or_written_in_place() {
        let kustomization = read(
            "patches:\n- path: a.yaml\n  target: {kind: Service}\n- patch: |-\n    - op: add\n\
             - old.yaml\npatchesStrategicMerge:\n- b.yaml\n- |-\n  kind: Service\n\
             patchesJson6902:\n- path: c.json\n",
        );
        let files: Vec<_> = kustomization.patch_files().cloned().collect();
        assert_eq!(
            paths(&files),
            ["b.yaml", "a.yaml", "old.yaml", "c.json"].map(|name| format!("/no/such/app/{name}"))
        );
        let inline = kustomization
            .patches
            .iter()
            .filter_map(|patch| match &patch.text {
                PatchText::Inline(entry) => Some(&*entry.text),
                PatchText::File(_) => None,
            });
        assert_eq!(inline.collect::<Vec<_>>(), ["kind: Service", "- op: add"]);
        let targets = kustomization.patches.iter();
        let targets = targets.filter_map(|patch| patch.target.as_ref()?.kind.as_deref());
        assert_eq!(targets.collect::<Vec<_>>(), ["Service"]);
        assert!(!kustomization.changes.values);
    }

    #[cfg(unix)]
    #[test]
    fn files_of_tools_and_data_are_no_manifests() {
        let kustomization = read(
            "configMapGenerator:\n- name: x\n  files: [a.yaml, key=b.yaml]\n  envs: [c.env]\n\
             secretGenerator:\n- files: [d]\nreplacements:\n- path: e.yaml\n- source: {}\n\
             helmCharts:\n- name: y\n  valuesFile: f.yaml\n  additionalValuesFiles: [g.yaml]\n\
             generators: [h.yaml]\ntransformers:\n- |-\n  kind: LabelTransformer\n\
             configurations: [i.yaml]\ncrds: [j.yaml]\nopenapi: {path: k.json}\n",
        );
        let mut found = paths(&kustomization.auxiliary);
        found.extend(paths(&kustomization.values));
        found.sort();
        let expected = [
            "a.yaml", "b.yaml", "c.env", "d", "e.yaml", "f.yaml", "g.yaml", "h.yaml", "i.yaml",
            "j.yaml", "k.json",
        ];
        assert_eq!(found, expected.map(|name| format!("/no/such/app/{name}")));
        let fields: Vec<_> = kustomization.generated.iter().map(|it| it.field).collect();
        assert_eq!(fields, ["generators", "helmCharts"]);
        assert!(kustomization.changes.values);
    }

    #[test]
    fn what_cannot_be_read_is_marked() {
        let problem = |text| read(text).problem.unwrap().text;
        assert_eq!(problem("resources: a.yaml\n"), "expected a list");
        assert_eq!(problem("resources: [a.yaml, 1]\n"), "expected a string");
        assert_eq!(problem("namespace: 12\n"), "expected a string");
        assert_eq!(problem("- a.yaml\n"), "expected a mapping");
        assert!(!problem("resources: [\n").is_empty());
        assert_eq!(read("resources: [a.yaml, 1]\n").resources.len(), 1);
        assert_eq!(read("").problem, None);
        assert_eq!(read("resources:\nnamespace: ''\n").problem, None);
        assert_eq!(read("namespace: ''\n").namespace, None);
    }

    /// As `encoding/json` reads it, which kustomize does it by.
    #[test]
    fn keys_have_any_case_and_the_first_document_may_be_marked() {
        for text in [
            "Resources: [a.yaml]\n",
            "RE\u{17f}ource\u{17f}: [a.yaml]\n",
            "Resources: [b.yaml]\nresources: [a.yaml]\n",
            "# c\n---\nresources: [a.yaml]\n---\nresources: [b.yaml]\n",
            "%YAML 1.1\n---\nresources: [a.yaml]\n",
        ] {
            let found = read(text);
            let texts: Vec<&str> = found.resources.iter().map(|own| &*own.text).collect();
            assert_eq!(texts, ["a.yaml"], "{text}");
            assert_eq!(found.problem, None, "{text}");
        }
        assert_eq!(
            read("---\n# c\n---\nresources: [a.yaml]\n").resources.len(),
            0
        );
    }

    #[test]
    fn the_name_alone_makes_no_kustomization() {
        let path = Path::new("kustomization.yaml");
        let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n";
        assert!(Kustomization::read(path, flux).is_none());
        assert!(Kustomization::read(path, "kind: ConfigMap\n").is_none());
        assert!(
            Kustomization::read(path, "kind: Component\n")
                .unwrap()
                .component
        );
        assert!(is_file_name(Path::new("a/Kustomization")));
        assert!(!is_file_name(Path::new("a/kustomization.json")));
    }
}
