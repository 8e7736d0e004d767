//! How the process of a container is started.

use super::collect::collect;
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;

/// Command, arguments and environment of a container, as they are written: placeholders and
/// `$(NAME)` are not filled in.
#[derive(Clone, Debug, Default)]
pub struct Process {
    /// `command`
    pub command: Vec<Spanned<String>>,
    /// `args`
    pub args: Vec<Spanned<String>>,
    /// `env`
    pub env: Vec<Variable>,
}

/// A variable of the environment.
#[derive(Clone, Debug)]
pub struct Variable {
    /// `name`
    pub name: Spanned<String>,
    /// `value`; none if it comes from elsewhere.
    pub value: Option<Spanned<String>>,
}

impl Process {
    /// Reads what a container says of its process; none if it says nothing.
    pub(in crate::kinds) fn read(container: Cursor<'_>) -> Option<Box<Self>> {
        let list = |name: &str| container.get(name).into_iter().flat_map(Cursor::items);
        let process = Self {
            command: collect(list("command").filter_map(Cursor::string)),
            args: collect(list("args").filter_map(Cursor::string)),
            env: collect(list("env").filter_map(Variable::read)),
        };
        let is_silent =
            process.command.is_empty() && process.args.is_empty() && process.env.is_empty();
        (!is_silent).then(|| Box::new(process))
    }

    /// Whether it only passes the time, for somebody who looks in: `sleep infinity`.
    pub fn only_waits(&self) -> bool {
        let words: Vec<&str> = self.words().map(|word| word.value.trim()).collect();
        let line = match words[..] {
            [shell, "-c", line] if shell.ends_with("sh") => line,
            _ => &words.join(" "),
        };
        let line = line.strip_prefix("while true; do ").map_or(line, |line| {
            line.trim_end_matches(|c: char| c == ';' || c.is_whitespace())
                .trim_end_matches("done")
                .trim_end_matches(|c: char| c == ';' || c.is_whitespace())
        });
        let line = line.strip_prefix("exec ").unwrap_or(line);
        let is_alone = !line.contains([';', '&', '|', '\n']);
        let waits = ["sleep ", "/bin/sleep ", "tail -f /dev/null", "/pause"];
        is_alone && waits.iter().any(|start| line.starts_with(start))
    }

    /// The words of the command line, the program first.
    pub fn words(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.command.iter().chain(&self.args)
    }
}

impl Variable {
    fn read(item: Cursor<'_>) -> Option<Self> {
        Some(Self {
            name: item.get("name")?.string()?,
            value: item.get("value").and_then(Cursor::string),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::{SourceId, Span};

    fn only_waits(words: &[&str]) -> bool {
        let span = Span {
            source: SourceId(0),
            start: 0,
            end: 0,
        };
        let words = words
            .iter()
            .map(|word| Spanned::new((*word).to_owned(), span));
        let process = Process {
            command: words.collect(),
            ..Process::default()
        };
        process.only_waits()
    }

    #[test]
    fn what_only_passes_the_time() {
        assert!(only_waits(&["sleep", "infinity"]));
        assert!(only_waits(&["/bin/sleep", "3650d"]));
        assert!(only_waits(&["sh", "-c", "sleep 3600"]));
        assert!(only_waits(&[
            "/bin/bash",
            "-c",
            "while true; do sleep 5; done;"
        ]));
        assert!(only_waits(&["tail", "-f", "/dev/null"]));
        assert!(!only_waits(&["sh", "-c", "sleep 5; serve"]));
        assert!(!only_waits(&["sh", "-c", "sleep 5 && serve"]));
        assert!(!only_waits(&["serve"]));
        assert!(!only_waits(&[]));
    }
}
