//! Typed decoding: a `serde::Deserializer` over the tree that reads as `encoding/json` does behind
//! kubectl's conversion, finds every type error of a document with its node, and lists the fields
//! that the type does not know.

use super::mismatch;
use super::quantity::is_quantity;
use super::reader::{ReadError, Reader};
use super::scalar::{self, Scalar};
use super::tree::NodeId;
use serde::de::{self, Deserialize, DeserializeSeed, Unexpected, Visitor};
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

/// Every type error costs another pass; these many are always found,
const SOME_ERRORS: usize = 10;

/// and more as long as all passes together see no more nodes than this.
const MOST_NODES: usize = 3_000_000;

/// What the visitor of a Kubernetes `[]byte` says of itself.
const BASE64: &str = "a base64-encoded string";

const TIME: &str = "a time such as `2006-01-02T15:04:05Z`";

/// A field that the type does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownField {
    /// The key.
    pub key: NodeId,
    /// The fields that the type knows.
    pub known: &'static [&'static str],
}

/// What came of decoding a document.
#[derive(Debug)]
pub struct Decoded<T> {
    /// The value, with zero values where something was wrong; none if nothing could be read.
    pub value: Option<T>,
    /// The type errors, in the order in which they were met.
    pub errors: Vec<ReadError>,
    /// The fields that the type does not know.
    pub unknown: Vec<UnknownField>,
    /// Whether there may be more errors: to find them all would take too long.
    pub is_cut: bool,
}

/// Decodes a node and goes on behind every type error: the node is masked, so that it reads as
/// null (which every API type takes for its zero value), and everything is read again.
pub fn decode<'t, T: Deserialize<'t>>(reader: &mut Reader<'t, '_>, node: NodeId) -> Decoded<T> {
    let mut errors: Vec<ReadError> = Vec::new();
    loop {
        let state = State::default();
        let result = T::deserialize(Value {
            reader,
            state: &state,
            node,
        });
        let unknown = state.into_unknown();
        let error = match result {
            Ok(value) => {
                return Decoded {
                    value: Some(value),
                    errors,
                    unknown,
                    is_cut: false,
                };
            }
            Err(error) => error.into_read_error(reader, node),
        };
        let newly_masked = reader.masked.insert(error.node);
        errors.push(error);
        let affordable =
            errors.len() < SOME_ERRORS || errors.len() * reader.tree.len() < MOST_NODES;
        if !newly_masked || !affordable {
            return Decoded {
                value: None,
                errors,
                unknown,
                is_cut: !affordable,
            };
        }
    }
}

/// A decode error on its way to the caller; the innermost value that saw it names the node.
#[derive(Debug)]
struct Error {
    node: Option<NodeId>,
    problem: Problem,
}

#[derive(Debug)]
enum Problem {
    /// The value is not what the visitor that says this of itself expects.
    Expected(String),
    /// Anything else, as a message.
    Other(String),
}

impl Error {
    fn expected(what: impl fmt::Display) -> Self {
        Self {
            node: None,
            problem: Problem::Expected(what.to_string()),
        }
    }

    fn at(mut self, node: NodeId) -> Self {
        self.node.get_or_insert(node);
        self
    }

    fn into_read_error(self, reader: &Reader<'_, '_>, node: NodeId) -> ReadError {
        let node = self.node.unwrap_or(node);
        let message = match self.problem {
            Problem::Expected(what) => mismatch::message(reader, node, &what),
            Problem::Other(message) => message,
        };
        ReadError::new(node, message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            Problem::Expected(what) => write!(f, "expected {what}"),
            Problem::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            node: None,
            problem: Problem::Other(message.to_string()),
        }
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::expected(expected)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        match found {
            // The types themselves check `apiVersion` and `kind`.
            Unexpected::Str(text) => {
                Self::custom(format_args!("expected `{expected}`, found `{text}`"))
            }
            _ => Self::expected(expected),
        }
    }
}

/// What one pass over a document collects.
#[derive(Default)]
struct State {
    unknown: RefCell<Vec<UnknownField>>,
}

impl State {
    /// The unknown fields in the order of the text; an alias may have shown one of them twice.
    fn into_unknown(self) -> Vec<UnknownField> {
        let mut unknown = self.unknown.into_inner();
        unknown.sort_by_key(|field| field.key);
        unknown.dedup_by_key(|field| field.key);
        unknown
    }
}

/// One value, ready to be decoded.
#[derive(Clone, Copy)]
struct Value<'r, 't, 's> {
    reader: &'r Reader<'t, 's>,
    state: &'r State,
    node: NodeId,
}

impl<'t> Value<'_, 't, '_> {
    /// The value of a scalar; what could not be read is null.
    fn scalar(self) -> Option<Scalar<'t>> {
        let node = self.reader.tree.resolve(self.node);
        if self.reader.is_masked(self.node) || self.reader.is_masked(node) {
            return Some(Scalar::Null);
        }
        if self.reader.tree.form(node).is_scalar() {
            Some(self.reader.scalar(node).unwrap_or(Scalar::Null))
        } else {
            None
        }
    }

    fn is_null(self) -> bool {
        self.scalar() == Some(Scalar::Null)
    }

    /// Reads the value as what it is; `fields` are the ones that a struct knows.
    fn visit<V: Visitor<'t>>(
        self,
        visitor: V,
        fields: Option<&'static [&'static str]>,
    ) -> Result<V::Value, Error> {
        let Self { reader, state, .. } = self;
        let node = reader.tree.resolve(self.node);
        let result = match self.scalar() {
            Some(value) => visit_scalar(value, visitor),
            None if reader.tree.form(node).is_map() => visitor.visit_map(Map {
                reader,
                state,
                entries: reader.entries(node),
                at: 0,
                fields,
            }),
            None => visitor.visit_seq(Seq {
                reader,
                state,
                items: reader.tree.children(node).iter(),
            }),
        };
        result.map_err(|error: Error| error.at(self.node))
    }
}

fn visit_scalar<'t, V: Visitor<'t>>(value: Scalar<'t>, visitor: V) -> Result<V::Value, Error> {
    match value {
        Scalar::Null => visitor.visit_unit(),
        Scalar::Bool(value) => visitor.visit_bool(value),
        Scalar::Int(number) => visitor.visit_i64(number),
        Scalar::Uint(number) => visitor.visit_u64(number),
        Scalar::Float(number) => match scalar::whole(number) {
            Some(number) => visitor.visit_i64(number),
            None => visitor.visit_f64(number),
        },
        Scalar::Str(text) => visitor.visit_borrowed_str(text),
    }
}

/// JSON null leaves a Go value at its zero.
macro_rules! null_is_zero {
    ($($method:ident => $visit:ident($zero:expr);)*) => {
        $(fn $method<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
            if self.is_null() {
                return visitor.$visit($zero).map_err(|error: Error| error.at(self.node));
            }
            self.visit(visitor, None)
        })*
    };
}

impl<'t> de::Deserializer<'t> for Value<'_, 't, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        self.visit(visitor, None)
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    null_is_zero! {
        deserialize_bool => visit_bool(false);
        deserialize_i8 => visit_i64(0);
        deserialize_i16 => visit_i64(0);
        deserialize_i32 => visit_i64(0);
        deserialize_i64 => visit_i64(0);
        deserialize_u8 => visit_u64(0);
        deserialize_u16 => visit_u64(0);
        deserialize_u32 => visit_u64(0);
        deserialize_u64 => visit_u64(0);
        deserialize_f32 => visit_f64(0.0);
        deserialize_f64 => visit_f64(0.0);
        deserialize_string => visit_str("");
        deserialize_bytes => visit_str("");
        deserialize_byte_buf => visit_str("");
        deserialize_map => visit_map(Nothing);
        deserialize_seq => visit_seq(Nothing);
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.is_null() {
            return visitor
                .visit_map(Nothing)
                .map_err(|error: Error| error.at(self.node));
        }
        self.visit(visitor, Some(fields))
    }

    /// Base64 and times: the visitor checks the text, but does not say so in our words.
    fn deserialize_str<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        let expected = (&visitor as &dyn de::Expected).to_string();
        let result = match self.scalar() {
            Some(Scalar::Null) => visitor.visit_str(""),
            // Go's base64 does not count line breaks.
            Some(Scalar::Str(text)) if expected == BASE64 => {
                visitor.visit_str(&text.replace(['\r', '\n'], ""))
            }
            _ => self.visit(visitor, None),
        };
        result.map_err(|_| Error::expected(expected).at(self.node))
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let result = match (name, self.scalar()) {
            ("Quantity", Some(Scalar::Null)) => visitor.visit_str("0"),
            // The type takes any text.
            ("Quantity", Some(Scalar::Str(text))) if !is_quantity(text) => {
                Err(Error::expected("Quantity"))
            }
            ("Time" | "MicroTime", _) => visitor
                .visit_newtype_struct(self)
                .map_err(|_| Error::expected(TIME)),
            _ => visitor.visit_newtype_struct(self),
        };
        result.map_err(|error| error.at(self.node))
    }

    fn deserialize_ignored_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'t>>
        char unit unit_struct tuple tuple_struct enum identifier i128 u128
    }
}

/// An empty mapping or list.
struct Nothing;

impl<'t> de::MapAccess<'t> for Nothing {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, _: K) -> Result<Option<K::Value>, Error> {
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'t>>(&mut self, _: S) -> Result<S::Value, Error> {
        Err(de::Error::custom("an empty mapping has no value"))
    }
}

impl<'t> de::SeqAccess<'t> for Nothing {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'t>>(
        &mut self,
        _: S,
    ) -> Result<Option<S::Value>, Error> {
        Ok(None)
    }
}

struct Map<'r, 't, 's> {
    reader: &'r Reader<'t, 's>,
    state: &'r State,
    entries: &'r [NodeId],
    at: usize,
    fields: Option<&'static [&'static str]>,
}

impl<'t> Map<'_, 't, '_> {
    /// The next key that can be read; the others are conversion errors.
    fn next_key(&mut self) -> Option<(NodeId, Cow<'t, str>)> {
        while let Some(&node) = self.entries.get(self.at) {
            if let Ok(key) = self.reader.key(node) {
                return Some((node, key));
            }
            self.at += 2;
        }
        None
    }
}

impl<'t> de::MapAccess<'t> for Map<'_, 't, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'t>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some((node, key)) = self.next_key() else {
            return Ok(None);
        };
        if let Some(known) = self.fields
            && !known.contains(&key.as_ref())
        {
            self.state
                .unknown
                .borrow_mut()
                .push(UnknownField { key: node, known });
        }
        let value = match key {
            Cow::Borrowed(text) => {
                seed.deserialize(de::value::BorrowedStrDeserializer::<Error>::new(text))
            }
            Cow::Owned(text) => seed.deserialize(de::value::StringDeserializer::<Error>::new(text)),
        };
        value.map(Some).map_err(|error| error.at(node))
    }

    fn next_value_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let Some(&node) = self.entries.get(self.at + 1) else {
            return Err(de::Error::custom("a key has no value"));
        };
        self.at += 2;
        let value = Value {
            reader: self.reader,
            state: self.state,
            node,
        };
        seed.deserialize(value).map_err(|error| error.at(node))
    }
}

struct Seq<'r, 't, 's> {
    reader: &'r Reader<'t, 's>,
    state: &'r State,
    items: std::slice::Iter<'r, NodeId>,
}

impl<'t> de::SeqAccess<'t> for Seq<'_, 't, '_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let Some(&node) = self.items.next() else {
            return Ok(None);
        };
        let value = Value {
            reader: self.reader,
            state: self.state,
            node,
        };
        seed.deserialize(value)
            .map(Some)
            .map_err(|error| error.at(node))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::text::source::SourceId;
    use crate::yaml::granit::parse;
    use crate::yaml::tree::Tree;
    use k8s_openapi::api::apps::v1::Deployment;
    use k8s_openapi::api::core::v1::{Pod, Secret, Service};

    /// The decoded value, and every error and unknown field with its path.
    fn decoded<T: for<'t> Deserialize<'t>>(text: &str) -> (Option<T>, Vec<String>) {
        let mut tree = Tree::new(text);
        parse(&mut tree, 0..text.len()).unwrap();
        let mut reader = Reader::new(&tree, SourceId(0));
        let Decoded {
            value,
            errors,
            unknown,
            ..
        } = decode::<T>(&mut reader, tree.root().unwrap());
        let say = |node, message: &str| format!("{}: {message}", reader.path_to(node));
        let errors = errors.iter().map(|error| say(error.node, &error.message));
        let unknown = unknown.iter().map(|field| say(field.key, "unknown"));
        (value, errors.chain(unknown).collect())
    }

    const SERVICE: &str = "apiVersion: v1\nkind: Service\n";

    #[test]
    fn reads_what_the_api_server_reads() {
        let spec = "metadata: {name: a, labels: {a: ~, b: '1', c: 2001-01-01}}\n\
                    spec: {type: , ports: [{port: 80.0, targetPort: 0x50, nodePort: 3e4}, ~]}\n";
        let (service, problems) = decoded::<Service>(&format!("{SERVICE}{spec}"));
        assert_eq!(problems, [""; 0]);
        let service = service.unwrap();
        let labels: Vec<_> = service.metadata.labels.into_iter().flatten().collect();
        let expected = [("a", ""), ("b", "1"), ("c", "2001-01-01")];
        assert_eq!(
            labels,
            expected.map(|(key, value)| (key.into(), value.into()))
        );
        let ports = service.spec.unwrap().ports.unwrap();
        assert_eq!((ports[0].port, ports[0].node_port), (80, Some(30000)));
        assert_eq!(ports[1].port, 0);
    }

    #[test]
    fn every_type_error_is_found_in_one_go() {
        let spec = "metadata: {name: 1.10, labels: {a: on, b: true, c: [x], d: 0777}}\n\
                    spec:\n  selector: x\n  \
                    ports: [{port: '80'}, {port: 5000000000}, {port: 80.5}, 9]\n  \
                    publishNotReadyAddresses: 'true'\n  loadBalancerSourceRanges: 10.0.0.0/8\n";
        let (service, problems) = decoded::<Service>(&format!("{SERVICE}{spec}"));
        assert_eq!(
            problems,
            [
                "metadata.name: expected a string, found `1.10`, which is the number 1.1",
                "metadata.labels.a: expected a string, found `on`, which is the boolean true",
                "metadata.labels.b: expected a string, found the boolean `true`",
                "metadata.labels.c: expected a string, found a list",
                "metadata.labels.d: expected a string, found `0777`, which is the number 511",
                "spec.selector: expected a mapping, found the string `x`",
                "spec.ports[0].port: expected an integer, found the string `80`",
                "spec.ports[1].port: expected a 32-bit integer, found the number `5000000000`",
                "spec.ports[2].port: expected an integer, found the number `80.5`",
                "spec.ports[3]: expected a mapping (`ServicePort`), found the number `9`",
                "spec.publishNotReadyAddresses: expected a boolean, found the string `true`",
                "spec.loadBalancerSourceRanges: expected a list, found the string `10.0.0.0/8`",
            ]
        );
        // What could be read is there all the same.
        assert_eq!(service.unwrap().spec.unwrap().ports.unwrap().len(), 4);
    }

    #[test]
    fn it_is_said_when_there_are_too_many_errors_to_find_all() {
        for (count, is_cut) in [(200, false), (2_000, true)] {
            let ports = "{port: x}, ".repeat(count);
            let text = format!("{SERVICE}spec: {{ports: [{ports}]}}\n");
            let mut tree = Tree::new(&text);
            parse(&mut tree, 0..text.len()).unwrap();
            let mut reader = Reader::new(&tree, SourceId(0));
            let found = decode::<Service>(&mut reader, tree.root().unwrap());
            assert_eq!(found.is_cut, is_cut, "{count}");
        }
    }

    #[test]
    fn unknown_fields_come_with_the_known_ones() {
        let text =
            format!("{SERVICE}spec: {{prots: [{{a: 1}}], ports: [{{Port: 1}}]}}\nSpec: {{}}\n");
        let mut tree = Tree::new(&text);
        parse(&mut tree, 0..text.len()).unwrap();
        let mut reader = Reader::new(&tree, SourceId(0));
        let found = decode::<Service>(&mut reader, tree.root().unwrap());
        let keys: Vec<_> = found
            .unknown
            .iter()
            .map(|field| tree.scalar(field.key))
            .collect();
        // Below an unknown field nothing is unknown.
        assert_eq!(keys, ["prots", "Port", "Spec"]);
        assert!(found.unknown[0].known.contains(&"ports"));
        assert!(found.unknown[1].known.contains(&"port"));
        assert!(found.errors.is_empty());
    }

    #[test]
    fn only_the_last_of_equal_keys_is_decoded() {
        let text = format!("{SERVICE}spec: x\nspec: {{ports: 1, ports: []}}\n");
        assert_eq!(decoded::<Service>(&text).1, [""; 0]);
    }

    #[test]
    fn aliases_and_merges_are_followed() {
        let text = "apiVersion: v1\nkind: Service\nmetadata: {labels: &l {app: on}}\n\
                    spec: {selector: *l, \
                    ports: [{<<: &p {port: x, name: a}}, *p, {<<: *p, port: 1}]}\n";
        let (service, problems) = decoded::<Service>(text);
        assert_eq!(
            problems,
            [
                "metadata.labels.app: expected a string, found `on`, which is the boolean true",
                "spec.ports[0].port: expected an integer, found the string `x`",
            ]
        );
        let ports = service.unwrap().spec.unwrap().ports.unwrap();
        assert_eq!((ports.len(), ports[2].port), (3, 1));
        assert_eq!(ports[2].name.as_deref(), Some("a"));
    }

    #[test]
    fn what_cannot_be_converted_is_masked_and_not_reported_again() {
        let text = format!("{SERVICE}metadata: {{name: !!int x, ~: y}}\nspec: {{ports: .inf}}\n");
        let (service, problems) = decoded::<Service>(&text);
        assert_eq!(problems, [""; 0]);
        assert_eq!(service.unwrap().metadata.name, None);
    }

    #[test]
    fn base64_and_times_are_checked() {
        let text = "apiVersion: v1\nkind: Secret\nmetadata: {creationTimestamp: yesterday}\n\
                    data: {a: aGk=, b: ~, c: nope!, d: 1, e: !!binary aGk=}\n";
        let text = &format!("{text}  \n").replace("b: ~", "b: \"aG\\nk=\"");
        let (secret, problems) = decoded::<Secret>(text);
        assert_eq!(
            problems,
            [
                "metadata.creationTimestamp: expected a time such as `2006-01-02T15:04:05Z`, \
                 found the string `yesterday`",
                "data.c: expected a base64-encoded string, found the string `nope!`",
                "data.d: expected a base64-encoded string, found the number `1`",
                "data.e: expected a base64-encoded string, found the string `hi`",
            ]
        );
        assert_eq!(secret.unwrap().data.unwrap()["b"].0, b"hi");
    }

    #[test]
    fn numbers_and_strings_may_stand_for_each_other_where_the_type_says_so() {
        let container = "{name: c, livenessProbe: {httpGet: {port: http}}, \
                         readinessProbe: {httpGet: {port: 80}}, \
                         startupProbe: {httpGet: {port: 8.5}}, \
                         resources: {limits: {cpu: 1, memory: 1.5}}}";
        let text = format!("apiVersion: v1\nkind: Pod\nspec: {{containers: [{container}]}}\n");
        assert_eq!(
            decoded::<Pod>(&text).1,
            [
                "spec.containers[0].startupProbe.httpGet.port: expected an integer or a string, \
              found the number `8.5`"
            ]
        );
    }

    #[test]
    fn quantities_are_checked() {
        let limits =
            "{a: abc, b: 1Gi, c: 500m, d: 1 Gi, e: '', f: 1e3, g: true, h: [1], i: ~, j: 1.5}";
        let container = format!("{{name: c, resources: {{limits: {limits}}}}}");
        let text = format!("apiVersion: v1\nkind: Pod\nspec: {{containers: [{container}]}}\n");
        let found = [
            ("a", "the string `abc`"),
            ("d", "the string `1 Gi`"),
            ("e", "an empty string"),
            ("g", "the boolean `true`"),
            ("h", "a list"),
        ];
        let expected = found.map(|(key, found)| {
            format!(
                "spec.containers[0].resources.limits.{key}: \
                 expected a quantity such as `500m` or `1Gi`, found {found}"
            )
        });
        assert_eq!(decoded::<Pod>(&text).1, expected);
    }

    #[test]
    fn long_and_multiline_strings_are_cut() {
        let long = "x".repeat(100);
        let text = format!("apiVersion: apps/v1\nkind: Deployment\nspec: {{replicas: {long}}}\n");
        let (_, problems) = decoded::<Deployment>(&text);
        assert!(problems[0].ends_with(&format!("the string `{}…`", &long[..60])));
        let text = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: |\n    1\n    2\n";
        let (_, problems) = decoded::<Deployment>(text);
        assert!(
            problems[0].ends_with("found the string `1…`"),
            "{problems:?}"
        );
    }
}
