//! The end of the path: one table of what each kind of layer takes for granted, and how many parameters that saves.

use serde_json::Value;
use yew::prelude::*;

use super::controls::{translated, whole_number};
use super::home::address;
use super::tag::{Tag, button, form, tag};
use crate::blocks::summary::{ROWS, Row, Task};
use crate::blocks::{self, Kind};
use crate::state::Language;

/// What the summary needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub language: Language,
    /// Whether the words of the language are there.
    pub speaks: bool,
}

pub enum Msg {
    /// A size was changed.
    Set(&'static str, Value),
    /// A row is pointed at.
    Show(usize),
}

/// The summary, and the task that its numbers are counted on.
pub struct Summary {
    task: Task,
    /// The row whose numbers are explained.
    shown: usize,
    /// Why a size was not taken.
    refused: Option<String>,
}

impl Component for Summary {
    type Message = Msg;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self { task: Task::default(), shown: 1, refused: None }
    }

    fn update(&mut self, _: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Set(key, value) => self.refused = self.task.set(key, &value).err(),
            Msg::Show(row) => return std::mem::replace(&mut self.shown, row) != row,
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let say = |english| ctx.props().language.say(english);
        let refused = self
            .refused
            .as_deref()
            .map(|sentence| tag("p", &[("class", "notice"), ("role", "status"), ("lang", "en")]).with(sentence));
        let intro = say(
            "Each kind of layer takes something for granted about its input: its inductive bias. Where that holds, \
                         weights can be shared, and few are left to learn. On the same numbers a dense layer reads one long \
                         list, a convolution a picture, a recurrent layer a sequence of pixels, a graph layer a graph of \
                         pixels.",
        );
        let table = tag("div", &[("class", "block")])
            .with(self.controls(ctx))
            .maybe(refused)
            .with(self.table(ctx))
            .with(self.explanation(ctx.props().language));
        tag("section", &[("class", "path summary")])
            .with(tag("h2", &[]).with(say("Summary")))
            .with(tag("p", &[("class", "lead")]).with(intro))
            .with(table)
            .into()
    }
}

impl Summary {
    fn controls(&self, ctx: &Context<Self>) -> Tag {
        let language = ctx.props().language;
        let mut task = self.task.clone();
        let controls = task.sizes().filter_map(|(control, size)| {
            let Kind::Whole { min, max } = control.kind else { return None };
            let key = control.key;
            let set = ctx.link().callback(move |value| Msg::Set(key, value));
            Some(whole_number(language, &translated(control, language), *size as i64, [min, max], set))
        });
        form().all(&mut controls.collect::<Vec<_>>().into_iter())
    }

    /// Narrow screens show a card for each row: the roles say that it still is a table, the labels what each cell holds.
    fn table(&self, ctx: &Context<Self>) -> Tag {
        let say = |english| ctx.props().language.say(english);
        let told = self.task.told();
        let caption = ctx.props().language.translated(&told).unwrap_or(told);
        let headings = [
            say("layer"),
            say("takes for granted (inductive bias)"),
            say("moves along with (equivariance)"),
            say("parameters"),
            say("share of the dense layer's"),
        ];
        let heading = |text: &&str| tag("th", &[("role", "columnheader"), ("scope", "col")]).with(*text);
        let head = tag("tr", &[("role", "row")]).all(&mut headings.iter().map(heading));
        let rows = ROWS.iter().enumerate().map(|(at, row)| self.row(ctx, at, row, &headings));
        tag("table", &[("role", "table")])
            .with(tag("caption", &[]).with(caption))
            .with(tag("thead", &[("role", "rowgroup")]).with(head))
            .with(tag("tbody", &[("role", "rowgroup")]).all(&mut rows.collect::<Vec<_>>().into_iter()))
    }

    fn row(&self, ctx: &Context<Self>, at: usize, row: &Row, headings: &[&str; 5]) -> Tag {
        let language = ctx.props().language;
        let show = |tag: Tag, event: &'static str| {
            let link = ctx.link().clone();
            tag.on(event, move |_: Event| link.send_message(Msg::Show(at)))
        };
        let cell = |column: usize| tag("td", &[("role", "cell")]).set("data-label", headings[column]);
        let link = tag("a", &[]).set("href", &address(Some(row.block), language)).with(title(row, language));
        let arithmetic = row.arithmetic(&self.task);
        let total = arithmetic.rsplit('=').next().unwrap_or_default().trim_ascii();
        let shown = tag("tr", &[("role", "row")])
            .set("class", if at == self.shown { "current" } else { "" })
            .with(tag("th", &[("role", "rowheader"), ("scope", "row")]).with(link))
            .with(cell(1).with(language.say(row.bias)))
            .with(cell(2).with(language.say(row.equivariance)))
            .with(cell(3).with(button(total).set("aria-controls", "arithmetic")))
            .with(cell(4).with(row.share(&self.task)));
        show(show(shown, "pointerover"), "focusin")
    }

    /// How the numbers of the row that is pointed at come about.
    fn explanation(&self, language: Language) -> Tag {
        let say = |english| language.say(english);
        let (row, task) = (&ROWS[self.shown], &self.task);
        let lines = [
            (say("in general"), row.formula.to_owned()),
            (say("parameters"), row.arithmetic(task)),
            (say("share"), row.share_arithmetic(task)),
            (say("saved"), row.saving(task)),
        ];
        let mut lines = lines
            .into_iter()
            .flat_map(|(name, text)| [tag("dt", &[]).with(name), tag("dd", &[("class", "numbers")]).with(text)]);
        tag("div", &[("class", "formula"), ("id", "arithmetic"), ("role", "status")])
            .with(tag("p", &[]).with(format!("{}: {}", title(row, language), say(row.sharing))))
            .with(tag("dl", &[]).all(&mut lines))
    }
}

/// What the block of the row is called.
fn title(row: &Row, language: Language) -> &'static str {
    blocks::find(row.block).map_or("", |block| language.say(block.about().title))
}
