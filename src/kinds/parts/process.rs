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
