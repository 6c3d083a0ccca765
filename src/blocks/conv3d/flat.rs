//! The 2D convolution beside the 3D one: the depths are channels, and are added up at once.

use super::scene::Picture;
use crate::explain::Role;
use crate::scene::{Point, Rect, Scene};

impl Picture<'_> {
    /// Draws the channels, their weights and the one map that they become.
    pub fn flat(&self, scene: &mut Scene) -> Option<()> {
        let (channels, weight) = (self.stage("channels")?, self.stage("flat-weight")?);
        let (output, theme, plan) = (self.stage("flat")?, self.theme(), &self.plan);
        let [depth, rows, columns] = self.settings.size();
        let title = format!("2D beside it: the {depth} depths are channels");
        let top = Rect { y: plan.channel.y - 13.0 * theme.text, ..plan.channel };
        self.view.label_above(scene, top, Role::Intermediate, title);
        let stride = self.settings.stride as f32;
        let [_, row, column] = self.place;
        let first = self.first_channel(depth);
        for place in 0..plan.channels {
            let left = plan.channel.x + place as f32 * (plan.channel.width + 6.0);
            let within = Rect { x: left, ..plan.channel };
            let map = self.view.fitted(scene, channels, &[first + place], within, self.scales[0], None);
            let pitch = map.width / channels.shape()[2] as f32;
            let reach = self.settings.kernel as f32 * pitch;
            let window = Rect::new(map.x + column * stride * pitch, map.y + row * stride * pitch, reach, reach);
            self.outline(scene, window.reaching(2.0), Role::Input, 1.4);
            let below = Rect { y: within.bottom() + 6.0, ..within };
            self.view.fitted(scene, weight, &[first + place], below, self.scales[1], None);
            self.outline(scene, below.grow(1.0), Role::Weight, 1.0);
        }
        let below = plan.channel.bottom() + plan.channel.height + 20.0 * theme.text;
        self.captions(
            scene,
            [plan.channel.x, below],
            ["slides over height, width", "x̂", "ŷ"],
            [&[1, depth, rows, columns], &[&[1, 1], &self.settings.outputs()[1..]].concat()],
        );
        if plan.channels < depth {
            let text = format!("channels {first} to {} of {depth}", first + plan.channels - 1);
            let at = Point::new(plan.channel.x, below + 60.0 * theme.text);
            self.view.caption(scene, at, text);
        }
        let map = self.view.fitted(scene, output, &[], plan.flat, self.scales[3], None);
        self.view.label_above(scene, Rect { y: map.y, ..plan.flat }, Role::Output, "2D output: no depth");
        let pitch = map.width / output.shape()[1] as f32;
        let here = Rect::new(map.x + column * pitch, map.y + row * pitch, pitch, pitch);
        self.outline(scene, here.reaching(3.0), Role::Output, 2.0);
        if plan.wide {
            let from = plan.channel.x + plan.channels as f32 * (plan.channel.width + 6.0);
            let y = plan.channel.bottom() + 3.0;
            self.view.arrow(scene, Point::new(from, y), Point::new(map.x - 4.0, y));
            let middle = Point::new((from + map.x) / 2.0, y - 11.0 * theme.text);
            self.view.centred(scene, middle, 11.0, theme.muted, "Σ + b");
        }
        Some(())
    }

    /// The first channel in sight: so that the one that is pointed at is.
    fn first_channel(&self, depth: usize) -> usize {
        let shown = self.plan.channels;
        let pointed = self.view.pointing.at.filter(|cell| matches!(cell.stage, "channels" | "flat-weight"));
        let at = pointed.map_or(0, |cell| cell.index.axis(0));
        (at / shown * shown).min(depth - shown)
    }
}
