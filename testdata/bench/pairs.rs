//! Generated input for measurements: Deployments with their Services, about as long as real ones.

/// The first pair: two documents.
const PAIR: &str = include_str!("pair.yaml");

/// What it is called in there.
const NAME: &str = "app-00000";

/// One pair in this many has a Service that asks for a port name which its pods do not have.
const BROKEN: usize = 100;

/// The name of the `number`th pair, and its text.
fn pair(number: usize) -> (String, String) {
    let name = format!("app-{number:05}");
    let mut text = PAIR.replace(NAME, &name);
    if number % BROKEN == BROKEN - 1 {
        text = text.replace("targetPort: http", "targetPort: htpp");
    }
    (name, text)
}

/// So many pairs as one stream.
pub(crate) fn stream(pairs: usize) -> String {
    let texts: Vec<_> = (0..pairs).map(|number| pair(number).1).collect();
    texts.join("---\n")
}

/// So many pairs as the names and the contents of files.
pub(crate) fn files(pairs: usize) -> impl Iterator<Item = (String, String)> {
    (0..pairs).map(|number| {
        let (name, text) = pair(number);
        (format!("{name}.yaml"), text)
    })
}
