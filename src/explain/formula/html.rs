//! What MathML and HTML have in common: the attributes of quantities and terms, and text between tags.

use super::node::Term;
use crate::explain::{Cell, Gate, Role, joined};

/// The class of a role, and the address of a cell.
pub fn quantity_attributes(role: Role, cell: Option<Cell>) -> String {
    let class = match role {
        Role::Input => " class=\"role-input\"",
        Role::Weight => " class=\"role-weight\"",
        Role::Intermediate => " class=\"role-intermediate\"",
        Role::Output => " class=\"role-output\"",
        Role::Gradient => " class=\"role-gradient\"",
        Role::Gate(Gate::Forget) => " class=\"role-forget\"",
        Role::Gate(Gate::Input) => " class=\"role-input-gate\"",
        Role::Gate(Gate::Output) => " class=\"role-output-gate\"",
        Role::Gate(Gate::Candidate) => " class=\"role-candidate\"",
        Role::Gate(Gate::Memory) => " class=\"role-memory\"",
        Role::Plain => "",
    };
    let cell = cell.map(|cell| format!(" data-cell=\"{}\"", escaped(&cell.to_string())));
    format!("{class}{}", cell.unwrap_or_default())
}

/// The place of a term, and the cells that it reads.
pub fn term_attributes(term: &Term) -> String {
    let cells = joined(&mut term.cells.iter().map(Cell::to_string), " ");
    format!(" class=\"term\" data-term=\"{}\" data-cells=\"{}\"", term.place, escaped(&cells))
}

/// The same in a piece of its own.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    push_escaped(&mut escaped, text);
    escaped
}

/// Writes text as it stands between tags and in attributes.
pub fn push_escaped(target: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => target.push_str("&amp;"),
            '<' => target.push_str("&lt;"),
            '>' => target.push_str("&gt;"),
            '"' => target.push_str("&quot;"),
            letter => target.push(letter),
        }
    }
}
