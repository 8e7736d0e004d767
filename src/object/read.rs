//! From one document of a text to objects.

use super::SkipReason;
use super::header::{self, Header};
use super::ignore;
use super::{Document, FilledIn, Object, Problem, ProblemKind, filled_in, label_value, typed};
use crate::catalogue::ids;
use crate::diagnostic::Identity;
use crate::kinds::described::{Catalogue, Provided, Refused};
use crate::kinds::parts::known_fields::MisspeltField;
use crate::kinds::recognize::{Recognized, is_never_read, recognize};
use crate::kinds::{Content, Kind, served};
use crate::kube::validation;
use crate::text::hash::HashSet;
use crate::text::source::{SourceId, Span};
use crate::text::split::top_level_kind;
use crate::yaml::cursor::Cursor;
use crate::yaml::reader::{Reader, RepeatedKey};
use crate::yaml::tree::{NodeId, Tree};
use crate::yaml::{self, Cause, SyntaxError};
use std::mem;
use std::sync::Arc;

/// What reading a document needs to know about its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input<'s> {
    /// The whole text.
    pub text: &'s str,
    /// Its id.
    pub source: SourceId,
    /// Why nothing in this text is an object (a raw Helm template, a kustomize patch), if so.
    pub skip: Option<&'s SkipReason>,
    /// Whether it may hold ignores.
    pub may_ignore: bool,
    /// Whether kustomize completes what is in this text.
    pub is_kustomized: bool,
    /// What decides between versions of Kubernetes.
    pub options: &'s validation::Options,
    /// What describes kinds that are not built in.
    pub catalogue: &'s Catalogue,
}

/// Reads one document. The tree is scratch space.
pub(super) fn read<'s>(
    input: Input<'s>,
    text: &yaml::RawDocument,
    tree: &mut Tree<'s>,
) -> Document {
    let range = text.range.clone();
    let span = Span {
        source: input.source,
        start: range.start as u32,
        end: range.end as u32,
    };
    let mut document = Document {
        span,
        objects: Vec::new(),
        provided: Vec::new(),
        problems: Vec::new(),
        is_manifest: false,
        skipped: input.skip.cloned(),
        ignores: Vec::new(),
    };
    if document.skipped.is_some() {
        return document;
    }
    let is_parsed = read_document(input, text, tree, &mut document);
    if input.may_ignore {
        let tree = is_parsed.then_some(&*tree);
        let comments = ignore::in_comments(input.text, input.source, text.range.clone(), tree);
        document.ignores.extend(comments);
    }
    document
}

/// Reads a document that is not skipped for its text's sake. Says whether the tree is that of the
/// document.
fn read_document<'s>(
    input: Input<'s>,
    text: &yaml::RawDocument,
    tree: &mut Tree<'s>,
    document: &mut Document,
) -> bool {
    let around = text
        .problems
        .iter()
        .map(|error| unreadable(input.source, error));
    document.problems.extend(around);
    match yaml::parse(tree, text) {
        Ok(()) => {
            read_tree(input, tree, document);
            return true;
        }
        Err(error) => match error.cause {
            Cause::Template => document.skipped = Some(SkipReason::Template),
            Cause::Limit => document.skipped = Some(SkipReason::Limit),
            Cause::Refused if input.text[text.range.clone()].contains("{{") => {
                document.skipped = Some(SkipReason::Template);
            }
            Cause::Refused => document.problems.push(unreadable(input.source, &error)),
        },
    }
    false
}

fn unreadable(source: SourceId, error: &SyntaxError) -> Problem {
    Problem {
        rule: ids::INVALID_MANIFEST,
        span: Span {
            source,
            start: error.range.start,
            end: error.range.end,
        },
        kind: ProblemKind::Unreadable {
            message: error.message.clone(),
            help: error.help.clone(),
        },
    }
}

fn read_tree(input: Input<'_>, tree: &Tree<'_>, document: &mut Document) {
    let Some(root) = tree.root() else { return };
    let mut reader = Reader::new(tree, input.source);
    if is_template(tree, &input.text[document.span.range()]) {
        document.skipped = Some(SkipReason::Template);
        return;
    }
    if let Some(kind) = unread_kind(&reader, root, &input.text[document.span.range()]) {
        document.is_manifest = true;
        document.skipped = Some(SkipReason::UnreadKind(kind.to_owned()));
        unconvertible(&reader, document);
        return;
    }
    let Some(objects) = objects(input, &reader, root, &mut document.problems) else {
        document.skipped = Some(if is_bare_list(Cursor::at(&reader, root)) {
            SkipReason::BareList
        } else {
            SkipReason::NotManifest
        });
        return;
    };
    document.is_manifest = true;
    unconvertible(&reader, document);
    for (api_version, kind_name, node) in objects {
        read_object(
            input,
            &mut reader,
            (&api_version, &kind_name, node),
            document,
        );
    }
    duplicate_keys(&reader, root, &mut document.problems);
    // Most documents hold one object, and a list that grows begins with room for four.
    document.objects.shrink_to_fit();
}

/// The kind of a document that no rule reads: its lines say so, and parsed it is what they say.
/// Either can be made to look like what the other is not.
fn unread_kind<'t>(reader: &Reader<'_, '_>, root: NodeId, text: &'t str) -> Option<&'t str> {
    let kind = top_level_kind(text).filter(|kind| is_never_read(kind, text))?;
    let root = Cursor::at(reader, root);
    let written = root.get("kind").and_then(Cursor::string)?;
    (written.value == kind && root.get("items").is_none()).then_some(kind)
}

/// What kubectl cannot turn into JSON.
fn unconvertible(reader: &Reader<'_, '_>, document: &mut Document) {
    let errors = reader.conversion_errors().iter().map(|error| Problem {
        rule: ids::INVALID_MANIFEST,
        span: reader.span(error.node),
        kind: ProblemKind::Unreadable {
            message: error.message.clone(),
            help: None,
        },
    });
    document.problems.extend(errors);
}

/// A mapping used as a key is what is left of `{{ … }}` where YAML can read it.
fn is_template(tree: &Tree<'_>, text: &str) -> bool {
    let has_map_as_key = |node| tree.pairs(node).any(|(key, _)| tree.form(key).is_map());
    tree.ids().any(has_map_as_key) && text.contains("{{")
}

/// Whether the document is a list whose first item is a manifest.
fn is_bare_list(root: Cursor<'_>) -> bool {
    let first = root.items().next();
    first.is_some_and(|item| matches!(header::read(item, false), Header::Manifest { .. }))
}

/// The objects of a document: itself, or the items of a list; none if it is no manifest.
fn objects(
    input: Input<'_>,
    reader: &Reader<'_, '_>,
    root: NodeId,
    problems: &mut Vec<Problem>,
) -> Option<Vec<Named>> {
    let cursor = Cursor::at(reader, root);
    let (api_version, kind) = match header::read(cursor, input.is_kustomized) {
        Header::Manifest { api_version, kind } => (api_version, kind),
        Header::Broken(found) => {
            problems.extend(found);
            return Some(Vec::new());
        }
        Header::None => return None,
    };
    let mut objects = Vec::new();
    flatten(input, (api_version, kind, cursor), &mut objects, problems);
    Some(objects)
}

/// An object with its `apiVersion` and `kind`.
type Named = (String, String, NodeId);

/// Adds an object, or what it lists. What has `items` is a list to kubectl, whatever its kind
/// (apimachinery `unstructured.go:IsList`), and so may be each of them
/// (cli-runtime `visitor.go:FlattenListVisitor`).
fn flatten(
    input: Input<'_>,
    (api_version, kind, object): (String, String, Cursor<'_>),
    objects: &mut Vec<Named>,
    problems: &mut Vec<Problem>,
) {
    let items = object.get("items").filter(|items| items.is_list());
    let Some(items) = items else {
        objects.push((api_version, kind, object.node()));
        return;
    };
    let item_kind = kind.strip_suffix("List").unwrap_or(&kind);
    for item in items.items().filter(|item| item.is_map()) {
        if (item_kind.is_empty() || api_version.is_empty())
            && let Header::Broken(found) = header::read(item, input.is_kustomized)
        {
            problems.extend(found);
            continue;
        }
        // The items of a `ServiceList` may leave out what the list says
        // (`helpers.go:decodeToList`).
        let field = |name: &str, or: &str| {
            item.get(name)
                .and_then(Cursor::string)
                .map_or(or.to_owned(), |text| text.value)
        };
        let own = (
            field("apiVersion", &api_version),
            field("kind", item_kind),
            item,
        );
        flatten(input, own, objects, problems);
    }
}

fn read_object(
    input: Input<'_>,
    reader: &mut Reader<'_, '_>,
    (api_version, kind_name, node): (&str, &str, NodeId),
    document: &mut Document,
) {
    let not_served = not_served(input, Cursor::at(reader, node), api_version, kind_name);
    let (kind, is_typed) = match recognize(api_version, kind_name) {
        Recognized::Read { kind, typed } => (kind, typed),
        Recognized::Unread => {
            document.problems.extend(not_served);
            document.skipped = Some(SkipReason::UnreadKind(format!("{api_version} {kind_name}")));
            return;
        }
        Recognized::Typo(meant) => {
            let span = Cursor::at(reader, node)
                .get("kind")
                .map_or(document.span, Cursor::span);
            let version = input.options.kube_version;
            let elsewhere = served::refusal(api_version, meant, version);
            let kind = ProblemKind::UnknownKind {
                meant,
                instead: elsewhere.map(|refusal| refusal.instead),
            };
            document.problems.push(Problem {
                rule: ids::INVALID_MANIFEST,
                span,
                kind,
            });
            return;
        }
    };
    if is_directive(reader, node) {
        document.skipped = Some(SkipReason::KustomizePatch);
        return;
    }
    let mut problems: Vec<Problem> = not_served.into_iter().collect();
    let mut filled_in = Vec::new();
    if is_typed {
        (problems, filled_in) = typed::check(reader, (kind, api_version), node, input.options);
    }
    filled_in.extend(filled_in::find(reader, kind, node));
    let misspelt = kind.misspelt_fields(Cursor::at(reader, node)).into_iter();
    problems.extend(misspelt.map(|own| misspelt_field(kind_name, own)));
    if !kind.is_free_form() {
        label_value::find(reader, kind, node, &mut problems);
    }
    let object = Cursor::at(reader, node);
    if input.may_ignore {
        document.ignores.extend(ignore::in_annotations(object));
    }
    let content = Content::read(kind, (api_version, kind_name), object, input.catalogue);
    let misspelt = content.misspelt.iter().cloned();
    problems.extend(misspelt.map(|own| misspelt_field(kind_name, own)));
    if !input.is_kustomized {
        // What kustomize completes may be whole afterwards.
        problems.extend(content.refused.iter().map(refused));
    }
    if input.is_kustomized {
        // What is missing here may come from elsewhere.
        let bare = content.body.workloads().iter().any(|own| own.bare);
        problems.retain(|problem| !problem.is_about_absence(bare));
    }
    let identity = identity(object, api_version, kind_name);
    let mut content = content;
    let provided = mem::take(&mut content.provided);
    let object = build(object, kind, content, identity, (problems, filled_in));
    document
        .provided
        .extend(provided.into_iter().map(|own| made_for(&object, own)));
    document.objects.push(object);
}

/// What the definition of a custom kind refuses.
fn refused(refused: &Refused) -> Problem {
    Problem {
        rule: ids::INVALID_OBJECT,
        span: refused.place,
        kind: ProblemKind::RefusedByDefinition {
            detail: refused.says.clone(),
        },
    }
}

/// Whether the API server has the kind somewhere else only, or no longer.
fn not_served(
    input: Input<'_>,
    object: Cursor<'_>,
    api_version: &str,
    kind: &str,
) -> Option<Problem> {
    let refusal = served::refusal(api_version, kind, input.options.kube_version)?;
    if refusal.removed.is_some() && is_metadata_alone(object) {
        // What an overlay adds to an object of its time, and is applied nowhere by itself.
        return None;
    }
    let place = |field: &str| {
        object
            .get(field)
            .map_or_else(|| object.key_span(), Cursor::span)
    };
    Some(Problem {
        rule: ids::INVALID_MANIFEST,
        span: place("apiVersion"),
        kind: ProblemKind::NotServed {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            refusal,
            other: place("kind"),
        },
    })
}

/// Whether nothing is said of an object but what it is called.
fn is_metadata_alone(object: Cursor<'_>) -> bool {
    let fields = object.entries();
    let mut fields = fields.iter().map(|(key, _)| key.value.as_str());
    fields.all(|field| matches!(field, "apiVersion" | "kind" | "metadata"))
}

/// Whether the object is a patch by its own words.
fn is_directive(reader: &Reader<'_, '_>, object: NodeId) -> bool {
    reader.get(object, "$patch").is_some()
        || reader
            .get(object, "spec")
            .is_some_and(|(_, spec)| reader.get(spec, "$patch").is_some())
}

fn identity(object: Cursor<'_>, api_version: &str, kind: &str) -> Arc<Identity> {
    let metadata = object.get("metadata");
    let text = |name: &str| {
        metadata
            .and_then(|metadata| metadata.get(name))
            .map(Cursor::text)
    };
    Arc::new(Identity {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        namespace: text("namespace")
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
        name: text("name").unwrap_or_default().to_owned(),
    })
}

fn build(
    object: Cursor<'_>,
    kind: Kind,
    content: Content,
    identity: Arc<Identity>,
    (problems, filled_in): (Vec<Problem>, Vec<FilledIn>),
) -> Object {
    let metadata = object.get("metadata");
    let field = |name: &str| metadata.and_then(|metadata| metadata.get(name));
    Object {
        identity,
        kind,
        name: field("name").map_or_else(|| metadata.unwrap_or(object).key_span(), Cursor::span),
        namespace: field("namespace")
            .and_then(Cursor::string)
            .filter(|namespace| !namespace.value.is_empty()),
        controller: field("ownerReferences").and_then(controller),
        made_for: None,
        target: content.target,
        references: content.references,
        objects: content.objects,
        is_described: content.is_described,
        faults: content.faults,
        selects: content.selects,
        is_test_hook: field("annotations").is_some_and(is_test_hook),
        body: content.body,
        problems,
        filled_in,
    }
}

/// What an operator makes for an object, in the namespace of that.
fn made_for(owner: &Object, provided: Provided) -> Object {
    let identity = Identity {
        api_version: provided.api_version,
        kind: provided.kind,
        namespace: owner.identity.namespace.clone(),
        name: provided.name,
    };
    Object {
        identity: Arc::new(identity),
        kind: match provided.service {
            Some(_) => Kind::Service,
            None => Kind::Custom,
        },
        name: owner.name,
        namespace: owner.namespace.clone(),
        controller: None,
        made_for: Some(Arc::clone(&owner.identity)),
        target: None,
        references: Vec::new(),
        objects: Vec::new(),
        is_described: true,
        faults: Vec::new(),
        selects: Vec::new(),
        is_test_hook: owner.is_test_hook,
        body: provided.service.into(),
        problems: Vec::new(),
        filled_in: Vec::new(),
    }
}

fn controller(references: Cursor<'_>) -> Option<(String, String)> {
    let is_controller = |reference: &Cursor<'_>| {
        reference
            .get("controller")
            .and_then(Cursor::boolean)
            .is_some_and(|value| value.value)
    };
    let reference = references.items().find(is_controller)?;
    let text = |name: &str| reference.get(name).map(|value| value.text().to_owned());
    Some((text("kind")?, text("name")?))
}

/// `helm.sh/hook: test`, alone or among others, also by its old name.
fn is_test_hook(annotations: Cursor<'_>) -> bool {
    let hook = annotations
        .get("helm.sh/hook")
        .map(Cursor::text)
        .unwrap_or_default();
    hook.split(',')
        .any(|event| event.trim().starts_with("test"))
}

fn duplicate_keys(reader: &Reader<'_, '_>, root: NodeId, problems: &mut Vec<Problem>) {
    let repeated = reader.repeated_keys();
    if repeated.is_empty() {
        return;
    }
    let top: Vec<(NodeId, NodeId)> = reader.tree.pairs(root).collect();
    let at_top: HashSet<NodeId> = top.iter().map(|(key, _)| *key).collect();
    let is_top = |own: &RepeatedKey, name: &str| {
        at_top.contains(&own.kept) && reader.tree.scalar(own.kept) == name
    };
    let versions = repeated.iter().filter(|own| is_top(own, "apiVersion"));
    let are_several =
        repeated.iter().any(|own| is_top(own, "kind")) && versions.clone().count() > 0;
    if are_several {
        problems.extend(versions.map(|version| {
            let before = top.iter().take_while(|(key, _)| *key < version.kept);
            let kinds = before.filter(|(key, _)| reader.tree.scalar(*key) == "kind");
            let kind = kinds.last().map(|(_, value)| reader.tree.scalar(*value));
            no_separator(reader, *version, kind.unwrap_or_default())
        }));
    }
    let own = repeated
        .iter()
        .filter(|own| !(are_several && at_top.contains(&own.kept)));
    problems.extend(own.map(|repeated| Problem {
        rule: ids::DUPLICATE_KEY,
        span: reader.span(repeated.kept),
        kind: ProblemKind::DuplicateKey {
            key: reader.tree.scalar(repeated.kept).to_owned(),
            first: reader.span(repeated.lost),
            is_same: repeated.is_same,
        },
    }));
}

fn misspelt_field(kind: &str, found: MisspeltField) -> Problem {
    Problem {
        rule: ids::UNKNOWN_FIELD,
        span: found.key,
        kind: ProblemKind::MisspeltField {
            path: found.path,
            kind: kind.to_owned(),
            meant: found.meant,
        },
    }
}

/// The key stands where a second object starts; the one before is of this kind.
fn no_separator(reader: &Reader<'_, '_>, version: RepeatedKey, kind: &str) -> Problem {
    Problem {
        rule: ids::INVALID_MANIFEST,
        span: reader.span(version.kept),
        kind: ProblemKind::NoSeparator {
            first: reader.span(version.lost),
            kind: kind.to_owned(),
        },
    }
}
