//! What the API server says of an object alone: it is decoded into its type, then validated.

use super::filled_in::{self, FilledIn};
use super::{Problem, ProblemKind, old_backend, owner};
use crate::catalogue::ids;
use crate::kinds::Kind;
use crate::kinds::api_type::{Verdict, is_written};
use crate::kube::validation::{Part, Reason, Violation};
use crate::kube::{KubeVersion, fields, validation};
use crate::text::placeholder::{is_capitals, is_placeholder, stands_for_name, stands_for_number};
use crate::text::source::Span;
use crate::yaml::cursor::Cursor;
use crate::yaml::decode::UnknownField;
use crate::yaml::field::{FieldPath, Segment};
use crate::yaml::locate::{Located, locate};
use crate::yaml::reader::{ReadError, Reader};
use crate::yaml::scalar::Scalar;
use crate::yaml::tree::NodeId;

/// A problem, or a value that only would be one if it were not filled in later.
type Finding = Result<Problem, FilledIn>;

/// Decodes and validates an object of a kind whose every field is known. What is no problem only
/// because it is filled in later comes second.
pub(super) fn check(
    reader: &mut Reader<'_, '_>,
    (kind, api_version): (Kind, &str),
    object: NodeId,
    options: &validation::Options,
) -> (Vec<Problem>, Vec<FilledIn>) {
    let Some(api_type) = kind.api_type(api_version) else {
        return Default::default();
    };
    let verdict = api_type.judge(reader, object, options);
    let check = Check {
        reader,
        kind,
        object,
        server: options.kube_version,
    };
    check.findings(verdict)
}

struct Check<'c, 't, 's> {
    reader: &'c Reader<'t, 's>,
    kind: Kind,
    object: NodeId,
    server: KubeVersion,
}

impl Check<'_, '_, '_> {
    fn findings(&self, verdict: Verdict) -> (Vec<Problem>, Vec<FilledIn>) {
        let errors = verdict.errors.iter();
        let wrong_types = errors.filter_map(|error| self.wrong_type(error));
        let cut = verdict.is_cut.then(|| Ok(self.cut()));
        let fields = verdict.unknown.into_iter();
        let unknown_fields = fields.filter_map(|field| self.unknown_field(field));
        let violations = verdict.violations.into_iter();
        let refusals = violations.filter_map(|violation| self.refused(violation));
        let all = wrong_types.chain(cut).chain(unknown_fields);
        let (mut problems, mut filled_in) = (Vec::new(), Vec::new());
        for found in all.chain(refusals) {
            match found {
                Ok(problem) => problems.push(problem),
                Err(value) => filled_in.push(value),
            }
        }
        (problems, filled_in)
    }

    /// Whether the document has something else than null at a path.
    fn is_written(&self, path: &FieldPath) -> bool {
        is_written(self.reader, self.object, path)
    }

    fn wrong_type(&self, error: &ReadError) -> Option<Finding> {
        let node = self.reader.tree.resolve(error.node);
        let text = self.reader.tree.scalar(node);
        if self.stands_for_another_type(node, &error.message) {
            return Some(Err(self.filled_in(error.node)));
        }
        let path = self.relative_path(error.node);
        let rule = self.owner_of_type_error(error.node, &path)?;
        let message = error.message.clone();
        let text = text.to_owned();
        let span = locate(self.reader, self.object, &path).span;
        Some(Ok(Problem {
            rule,
            span,
            kind: ProblemKind::WrongType {
                path,
                message,
                text,
            },
        }))
    }

    fn filled_in(&self, node: NodeId) -> FilledIn {
        filled_in::of_value(self.reader, self.object, node)
    }

    /// Whether a value of the wrong type is a placeholder: words in capitals where no words can
    /// be, and what YAML takes for a mapping or a list, `{name}` and `[YOUR NAME]`.
    fn stands_for_another_type(&self, node: NodeId, message: &str) -> bool {
        let tree = self.reader.tree;
        let form = tree.form(node);
        let children = tree.children(node);
        if form.is_scalar() {
            let text = tree.scalar(node);
            let is_string = message.starts_with("expected a string");
            return is_placeholder(text) || !is_string && stands_for_number(text);
        }
        let is_flow = self.reader.span(node).range();
        let written = &tree.text()[is_flow];
        match children {
            [key, value] if form.is_map() => {
                written.starts_with('{')
                    && tree.range(*value).is_empty()
                    && is_placeholder(written)
                    && tree.form(*key).is_scalar()
            }
            [item] if form.is_seq() => written.starts_with('[') && is_capitals(tree.scalar(*item)),
            _ => false,
        }
    }

    /// What says that there may be more type errors.
    fn cut(&self) -> Problem {
        let kind = self.reader.get(self.object, "kind");
        let place = kind.map_or(self.object, |(_, kind)| kind);
        Problem {
            rule: ids::INVALID_MANIFEST,
            span: self.reader.span(place),
            kind: ProblemKind::Cut,
        }
    }

    /// The rule that reports a type error; none when another part of the program finds it.
    fn owner_of_type_error(&self, node: NodeId, path: &FieldPath) -> Option<&'static str> {
        let tree = self.reader.tree;
        let value = tree.resolve(node);
        let is_scalar = tree.form(value).is_scalar();
        let fields: Vec<&str> = path.fields().collect();
        let in_selector =
            self.kind.has_flat_selector() && matches!(fields[..], ["spec", "selector", _]);
        if is_scalar && (in_selector || is_in_string_map(&fields)) {
            // Found by `label_value::find`, which also sees what is null.
            return None;
        }
        let digits = tree.scalar(value).bytes().all(|c| c.is_ascii_digit());
        let is_string =
            matches!(self.reader.scalar(value), Ok(Scalar::Str(text)) if !text.is_empty());
        let is_quoted_number = is_scalar && is_string && digits;
        Some(match fields[..] {
            _ if in_selector && self.kind == Kind::Service => ids::SERVICE_SELECTOR_NOT_FLAT,
            [.., last] if is_quoted_number && is_port_number(last) => ids::NUMERIC_STRING_PORT,
            [.., "nodePort"] => ids::INVALID_MANIFEST,
            ["spec", "ports", ..] if self.kind == Kind::Service => ids::INVALID_SERVICE_PORT,
            _ => ids::INVALID_MANIFEST,
        })
    }

    fn unknown_field(&self, field: UnknownField) -> Option<Finding> {
        // `$patch` and its like are directives of kustomize: the object is a patch.
        let key = self.reader.tree.scalar(field.key);
        if key.starts_with('$') {
            return None;
        }
        if stands_for_name(key) {
            return Some(Err(self.filled_in(field.key)));
        }
        let path = self.relative_path(field.key);
        if self.is_in_flat_selector(&path) || self.is_of_sops(&path) {
            return None;
        }
        let span = self.reader.span(field.key);
        if old_backend::is_part(self.kind, &path) {
            let backend = self.old_backend(&path);
            return old_backend::problem(backend, span).map(Ok);
        }
        let name = self.reader.tree.scalar(field.key);
        let why = fields::unknown(self.server, field.of_type, name);
        let kind = ProblemKind::UnknownField {
            path,
            known: field.known,
            why,
            is_null: Cursor::at(self.reader, field.value).is_null(),
        };
        Some(Ok(Problem {
            rule: ids::UNKNOWN_FIELD,
            span,
            kind,
        }))
    }

    /// Whether a field is what SOPS adds to a file that it encrypts, and takes away again.
    fn is_of_sops(&self, path: &FieldPath) -> bool {
        let place = locate(self.reader, self.object, path);
        let added = Cursor::at(self.reader, place.node);
        path.fields().eq(["sops"])
            && ["mac", "lastmodified"]
                .iter()
                .all(|field| added.get(field).is_some())
    }

    /// The backend that a field of the old form stands in; of `spec.backend`, the field itself.
    fn old_backend(&self, path: &FieldPath) -> Cursor<'_> {
        let mut above = path.clone();
        if path.fields().next_back() != Some("backend") {
            above.0.pop();
        }
        let place = locate(self.reader, self.object, &above);
        Cursor::at(self.reader, place.node)
    }

    /// Whether a pair stands directly under the selector of a workload, in the place of
    /// `matchLabels`. `workload-selector-mismatch` reports that.
    fn is_in_flat_selector(&self, path: &FieldPath) -> bool {
        let mut above = path.clone();
        above.0.pop();
        let fields: Vec<&str> = above.fields().collect();
        let is_selector = matches!(
            fields[..],
            ["spec", "selector"] | ["spec", "jobTemplate", "spec", "selector"]
        );
        let has = |name: &str| {
            let mut field = above.clone();
            field.0.push(Segment::Field(name.to_owned()));
            self.is_written(&field)
        };
        let is_pair = {
            let place = locate(self.reader, self.object, path);
            self.reader.tree.form(place.node).is_scalar()
        };
        let is_flat = is_pair && !has("matchLabels") && !has("matchExpressions");
        self.kind.has_pods() && is_selector && is_flat
    }

    fn refused(&self, violation: Violation) -> Option<Finding> {
        let place = locate(self.reader, self.object, violation.place());
        let is_absent =
            |field: &str| !place.exists && violation.field.fields().next_back() == Some(field);
        // An absent `targetPort` is `port`, of which the same is said.
        if self.is_unknown(&place)
            || self.may_be_merged(&place)
            || is_absent("targetPort")
            || self.kind == Kind::Ingress && self.has_old_backend(&place)
            || self.kind == Kind::Service && is_absent("ports") && self.has_slipped_ports()
        {
            return None;
        }
        let rule = owner::of_refusal(violation.concern)?;
        if let Some(span) = self.filled_in_at(&place, &violation) {
            let path = violation.place().clone();
            // Those are compared with each other, filled in or not.
            let is_compared = matches!(path.segments().last(), Some(Segment::Key(_)))
                || path.fields().eq(["metadata", "namespace"]);
            return (!is_compared).then_some(Err(FilledIn { path, span }));
        }
        let span = match violation.part {
            Part::Key => place.key,
            Part::Value => place.span,
        };
        let other = violation.other.as_ref();
        let other =
            other.map(|(path, text)| (locate(self.reader, self.object, path).span, text.clone()));
        let path = violation.place().clone();
        let Violation {
            reason,
            detail,
            value,
            gate,
            ..
        } = violation;
        let kind = ProblemKind::Refused {
            path,
            value,
            reason,
            is_absent: !place.exists,
            detail,
            gate,
            other,
        };
        Some(Ok(Problem { rule, span, kind }))
    }

    /// The value or the key that is filled in later and would be refused as it is.
    fn filled_in_at(&self, place: &Located, violation: &Violation) -> Option<Span> {
        let tree = self.reader.tree;
        let is_filled_in =
            is_placeholder(tree.scalar(place.node)) || self.stands_for_another(place, violation);
        let key = &tree.text()[place.key.range()];
        (stands_for_name(key).then_some(place.key)).or(is_filled_in.then_some(place.span))
    }

    /// Whether an Ingress or its backend has in the old form what the server finds missing.
    fn has_old_backend(&self, place: &Located) -> bool {
        let node = Cursor::at(self.reader, place.node);
        let default = node.field("backend");
        old_backend::is_old(node) || default.is_some_and(old_backend::is_old)
    }

    /// Whether the ports of a Service have slipped below its selector, which is reported there.
    fn has_slipped_ports(&self) -> bool {
        let fields = ["spec", "selector", "ports"].map(|field| Segment::Field(field.to_owned()));
        locate(self.reader, self.object, &FieldPath(fields.into())).exists
    }

    /// Whether what the server would see here could not be read.
    fn is_unknown(&self, place: &Located) -> bool {
        let tree = self.reader.tree;
        let range = tree.range(place.node);
        let inside = |node: NodeId| {
            let other = tree.range(node);
            range.start <= other.start && other.end <= range.end
        };
        let mut masked = self.reader.masked();
        masked.any(|node| place.exists && inside(node) || node == place.node)
    }

    /// Whether a value stands for another one: it has to be a name and cannot be, or it is the
    /// name of the field, in capitals. A constant that the server writes otherwise is a slip:
    /// `type: LOAD_BALANCER`.
    fn stands_for_another(&self, place: &Located, violation: &Violation) -> bool {
        let text = self.reader.tree.scalar(place.node);
        let field = violation.place().fields().next_back().unwrap_or_default();
        let names_field = is_capitals(text) && field.to_uppercase().ends_with(text);
        let folded = |text: &str| text.replace('_', "").to_lowercase();
        let is_slip = violation.reason == Reason::NotSupported
            && folded(&violation.detail).contains(&format!("\"{}\"", folded(text)));
        place.exists && (stands_for_name(text) || names_field) && !is_slip
    }

    /// Whether something that `<<` takes in could not be read: it may be what is missing.
    fn may_be_merged(&self, place: &Located) -> bool {
        let tree = self.reader.tree;
        let is_broken = |node: &NodeId| {
            let errors = self.reader.conversion_errors();
            errors.iter().any(|error| error.node == *node)
        };
        let mut pairs = tree.children(place.node).chunks(2);
        !place.exists
            && tree.form(place.node).is_map()
            && pairs.any(|pair| tree.scalar(pair[0]) == "<<" && pair.iter().any(is_broken))
    }

    /// The path from the object to a node in it.
    fn relative_path(&self, node: NodeId) -> FieldPath {
        let path = self.reader.path_to(node);
        // An item of a List is judged as a document of its own.
        let above = self.reader.path_to(self.object).0.len();
        let segments: Vec<Segment> = path.0.into_iter().skip(above).collect();
        FieldPath(segments)
    }
}

/// Whether the last field is an entry of a map of strings.
fn is_in_string_map(fields: &[&str]) -> bool {
    matches!(
        fields,
        [
            ..,
            "labels" | "matchLabels" | "nodeSelector" | "annotations",
            _
        ]
    )
}

/// Fields whose value is a port number.
fn is_port_number(field: &str) -> bool {
    matches!(
        field,
        "port" | "containerPort" | "hostPort" | "nodePort" | "number"
    )
}
