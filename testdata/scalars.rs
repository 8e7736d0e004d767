//! Every plain scalar of `go-yaml-scalars.tsv` resolves to what kubectl's converter makes of it.

use svclint::yaml::scalar::{Scalar, json_float, resolve};

/// The JSON type and value of a scalar, as the table writes them.
fn as_json(text: &str) -> (&'static str, String) {
    match resolve(text) {
        Scalar::Null => ("null", "null".to_owned()),
        Scalar::Bool(value) => ("bool", value.to_string()),
        Scalar::Int(number) => ("number", number.to_string()),
        Scalar::Uint(number) => ("number", number.to_string()),
        Scalar::Float(number) => ("number", json_float(number)),
        Scalar::Str(text) => ("string", serde_json::to_string(text).expect("a string")),
    }
}

/// Whether two texts are the same JSON value, however it is spelled.
fn same(kind: &str, ours: &str, theirs: &str) -> bool {
    match kind {
        "string" => serde_json::from_str::<String>(ours).ok() == serde_json::from_str(theirs).ok(),
        "number" => {
            let both_integers = ours.parse::<i128>().ok().zip(theirs.parse::<i128>().ok());
            both_integers.map_or_else(
                || ours.parse::<f64>().ok() == theirs.parse::<f64>().ok(),
                |(ours, theirs)| ours == theirs,
            )
        }
        _ => ours == theirs,
    }
}

#[test]
fn every_line_of_the_table_agrees() {
    let table = include_str!("go-yaml-scalars.tsv");
    let mut lines = 0;
    let mut wrong = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with("# ")) {
        let mut columns = line.split('\t');
        let (Some(text), Some(kind), Some(value), None) = (
            columns.next(),
            columns.next(),
            columns.next(),
            columns.next(),
        ) else {
            panic!("not three columns: {line:?}");
        };
        lines += 1;
        let (our_kind, our_value) = as_json(text);
        if our_kind != kind || !same(kind, &our_value, value) {
            wrong.push(format!(
                "{text:?}: {kind} {value}, not {our_kind} {our_value}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(lines, 4160);
}
