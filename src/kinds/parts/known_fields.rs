//! Fields of custom resources that are nearly those that their definition has.
//!
//! A definition may be of any version, and have fields that are not known here. So only what is
//! almost a known field, which is itself not there, is taken for a mistake.

use crate::text::placeholder::is_placeholder;
use crate::text::similar::is_slip;
use crate::text::source::Span;
use crate::yaml::cursor::Cursor;
use crate::yaml::field::{FieldPath, Segment};

/// The fields of a part of a kind: where it is (`spec.rules[]`), and what it has there, separated
/// by spaces.
pub(in crate::kinds) type KnownFields = (&'static str, &'static str);

/// A field that no version of a definition has, where one is meant.
#[derive(Clone, Debug)]
pub struct MisspeltField {
    /// The place of its key.
    pub key: Span,
    /// Where it is.
    pub path: FieldPath,
    /// The field that was meant, which is not there.
    pub meant: String,
}

/// What an object has at its top.
pub(in crate::kinds) const OBJECT: KnownFields = ("", "apiVersion kind metadata spec status");

/// The fields of a `Container` (`k8s.io/api/core/v1/types.go`), for templates of custom kinds.
pub(in crate::kinds) const CONTAINER: &str = "name image command args workingDir ports envFrom env \
    resources resizePolicy restartPolicy restartPolicyRules volumeMounts volumeDevices \
    livenessProbe readinessProbe startupProbe lifecycle terminationMessagePath \
    terminationMessagePolicy imagePullPolicy securityContext stdin stdinOnce tty";

/// The fields of a `ContainerPort` (`k8s.io/api/core/v1/types.go`).
pub(in crate::kinds) const CONTAINER_PORT: &str = "name hostPort containerPort protocol hostIP";

/// The fields of a `LabelSelector` (`k8s.io/apimachinery/pkg/apis/meta/v1/types.go`).
pub(in crate::kinds) const LABEL_SELECTOR: &str = "matchLabels matchExpressions";

/// The misspelt fields of an object.
pub(in crate::kinds) fn misspelt_fields(
    object: Cursor<'_>,
    known: &[(&str, &str)],
) -> Vec<MisspeltField> {
    let mut found = Vec::new();
    for (place, fields) in known {
        visit(object, place, &mut Vec::new(), &mut |part, path| {
            found.extend(misspelt_in(part, path, fields));
        });
    }
    found
}

/// Visits the parts of an object at a place, each with its path.
fn visit<'r>(
    part: Cursor<'r>,
    place: &str,
    path: &mut Vec<Segment>,
    found: &mut impl FnMut(Cursor<'r>, &[Segment]),
) {
    if place.is_empty() {
        return found(part, path);
    }
    let (step, rest) = place.split_once('.').unwrap_or((place, ""));
    let name = step.trim_end_matches("[]");
    let Some(below) = part.get(name) else { return };
    path.push(Segment::Field(name.to_owned()));
    if name == step {
        visit(below, rest, path, found);
    } else {
        for (index, item) in below.items().enumerate() {
            path.push(Segment::Index(index));
            visit(item, rest, path, found);
            path.pop();
        }
    }
    path.pop();
}

fn misspelt_in(part: Cursor<'_>, path: &[Segment], known: &str) -> Vec<MisspeltField> {
    let fields = || known.split(' ').filter(|own| !own.is_empty());
    let entries = part.entries();
    let is_there = |field: &str| entries.iter().any(|(key, _)| key.value == field);
    let found = entries.iter().filter_map(|(key, _)| {
        let name = key.value.as_str();
        if fields().any(|own| own == name) || is_placeholder(name) {
            return None;
        }
        let meant = fields().find(|own| is_near(name, own) && !is_there(own))?;
        let own = Segment::Field(name.to_owned());
        Some(MisspeltField {
            key: key.span,
            path: FieldPath(path.iter().cloned().chain([own]).collect()),
            meant: meant.to_owned(),
        })
    });
    found.collect()
}

/// Whether a field was meant by a name: a slip, another case, one for many or many for one.
fn is_near(name: &str, field: &str) -> bool {
    let is_plural = |one: &str, many: &str| many.strip_suffix('s') == Some(one);
    is_slip(name, field)
        || name.eq_ignore_ascii_case(field)
        || is_plural(name, field)
        || is_plural(field, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::SourceId;
    use crate::yaml::reader::Reader;
    use crate::yaml::tree::Tree;
    use crate::yaml::{documents, parse};

    #[test]
    fn only_what_is_almost_a_known_field_is_misspelt() {
        let text = "spec:\n  rule:\n  parentrefs: []\n  hostname: a\n  other: b\n  rules:\n  - \
                    backendRef: [{nme: web, port: 80}]\n    matches: []\n  - {backendRefs: []}\n";
        let mut tree = Tree::new(text);
        parse(&mut tree, &documents(text)[0]).expect("YAML");
        let reader = Reader::new(&tree, SourceId(0));
        let object = Cursor::root(&reader).expect("a document");
        let known: &[KnownFields] = &[
            ("spec", "rules parentRefs hostname hostnames"),
            ("spec.rules[]", "backendRefs matches"),
            ("spec.rules[].backendRef[]", "name port"),
        ];
        let found = misspelt_fields(object, known).into_iter();
        let found: Vec<_> = found.map(|own| (own.path.to_string(), own.meant)).collect();
        let expected = [
            ("spec.parentrefs", "parentRefs"),
            ("spec.rules[0].backendRef", "backendRefs"),
            ("spec.rules[0].backendRef[0].nme", "name"),
        ];
        assert_eq!(
            found,
            expected.map(|(name, meant)| (name.to_owned(), meant.to_owned()))
        );
    }
}
