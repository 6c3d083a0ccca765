//! Training the layers in the page: a few nodes say their class, and all are told theirs.

use std::cell::RefCell;
use std::rc::Rc;

use super::model::Network;
use super::settings::{Pace, Settings};
use crate::blocks::convolution::Pass;
use crate::layers::{Adam, Array, CrossEntropy, LayerError, Tensor, numbers, tensor};

/// As many times the weights follow their gradients.
pub const EPOCHS: usize = 200;
/// How far.
const RATE: f64 = 0.02;

/// What became of the weights.
pub struct Training {
    /// What is given to the layers after each epoch, weights among it; the first before any.
    pub given: Vec<Vec<Vec<f32>>>,
    /// The cross-entropy of the nodes whose class is said, for each epoch.
    pub loss: Vec<f32>,
    /// The share of all nodes whose class is told right.
    pub right: Vec<f32>,
}

thread_local! {
    /// The last training, and of which settings.
    static LAST: RefCell<Option<(Settings, Rc<Training>)>> = const { RefCell::new(None) };
}

/// The training that the settings ask for, if they do. It begins with numbers as they were before they were changed by hand.
///
/// # Errors
/// Where sizes do not fit.
pub fn of(settings: &Settings) -> Result<Option<Rc<Training>>, LayerError> {
    if !settings.is_trained() {
        return Ok(None);
    }
    let mut key = settings.clone();
    (key.epochs, key.pace, key.pass) = (0.0, Pace::Node, Pass::Forward);
    key.numbers.clear();
    key.places.clear();
    let kept =
        LAST.with_borrow(|last| last.as_ref().filter(|(of, _)| *of == key).map(|(_, training)| training.clone()));
    if kept.is_some() {
        return Ok(kept);
    }
    let training = Rc::new(train(&Network::untrained(&key)?)?);
    LAST.set(Some((key, training.clone())));
    Ok(Some(training))
}

/// The nodes whose class is said: of each class the one with the most edges, the first where there are several.
pub fn labelled(network: &Network) -> Vec<usize> {
    let data = &network.data;
    let degree = |node: &usize| network.graph.incoming(*node).len();
    let of = |class| (0..data.nodes).rev().filter(|node| usize::from(data.classes[*node]) == class).max_by_key(degree);
    (0..data.class_count()).filter_map(of).collect()
}

/// The share of the nodes whose largest number is that of their class.
pub fn right(rows: &[f32], classes: &[u8], width: usize) -> f32 {
    let told = |row: &[f32]| (0..row.len()).fold(0, |best, class| if row[class] > row[best] { class } else { best });
    let right = rows.chunks_exact(width).zip(classes).filter(|(row, class)| told(row) == usize::from(**class)).count();
    right as f32 / classes.len().max(1) as f32
}

impl Training {
    /// What the last layer gave after an epoch.
    ///
    /// # Errors
    /// Where sizes do not fit.
    pub fn scores(&self, network: &Network, epoch: usize) -> Result<Vec<f32>, LayerError> {
        let mut all = network.layers.forward(&network.graph, self.given[epoch].clone())?;
        Ok(all.swap_remove(network.rows[network.rows.len() - 1]))
    }
}

/// Lets the weights follow their gradients, so that the nodes whose class is said are told right.
fn train(network: &Network) -> Result<Training, LayerError> {
    let (layers, graph, data) = (&network.layers, &network.graph, &network.data);
    let (last, width) = (network.rows[network.rows.len() - 1], data.class_count());
    let labelled = labelled(network);
    let classes: Vec<usize> = labelled.iter().map(|node| usize::from(data.classes[*node])).collect();
    // The given arrays that are learned: where they stand among all, and among those that are given.
    let given = (0..layers.arrays().len()).filter(|array| layers.making(*array).is_none()).enumerate();
    let is_learned = |array: usize| matches!(layers.arrays()[array], Array::Matrix(..) | Array::Bias(_));
    let learned: Vec<(usize, usize)> = given.filter(|(_, array)| is_learned(*array)).collect();
    let flat = |numbers: &[f32]| tensor(&[numbers.len()], numbers.to_vec());
    let mut weights: Vec<Tensor> = learned.iter().map(|(at, _)| flat(&network.given[*at])).collect();
    let mut training = Training { given: vec![network.given.clone()], loss: Vec::new(), right: Vec::new() };
    let mut adam = Adam::default();
    for epoch in 0..=EPOCHS {
        let all = layers.forward(graph, training.given[epoch].clone())?;
        let row = |node: usize| node * width..(node + 1) * width;
        let said = labelled.iter().flat_map(|node| all[last][row(*node)].iter().copied()).collect();
        let scores = tensor(&[labelled.len(), width], said);
        training.loss.push(CrossEntropy.forward(&scores, &classes)?);
        training.right.push(right(&all[last], &data.classes, width));
        if epoch == EPOCHS {
            break;
        }
        let mut upstream = vec![0.0; all[last].len()];
        for (node, by) in labelled.iter().zip(CrossEntropy.backward(&scores, &classes)?.rows()) {
            by.iter().zip(&mut upstream[row(*node)]).for_each(|(by, at)| *at = *by);
        }
        let by = layers.backward(graph, &all, (last, &upstream))?;
        let gradients: Vec<Tensor> = learned.iter().map(|(_, array)| flat(&by[*array])).collect();
        adam.step(RATE, weights.iter_mut().zip(&gradients))?;
        let mut given = training.given[epoch].clone();
        for ((at, _), weights) in learned.iter().zip(&weights) {
            given[*at] = numbers(weights).into_owned();
        }
        training.given.push(given);
    }
    Ok(training)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::super::settings::{Shape, Topic, Weights};
    use super::*;
    use crate::compute::Device;

    fn club() -> Settings {
        let mut settings = Settings::of(Topic::Convolution);
        settings.graph = Shape::Karate;
        settings.settle("graph");
        (settings.features, settings.layers, settings.loops) = (8, 2, true);
        (settings.weights, settings.seed) = (Weights::Trained, 2);
        settings.activation = "tanh".to_owned();
        settings
    }

    #[test]
    fn two_members_who_say_their_side_are_enough_for_most_of_the_others() {
        let settings = club();
        let network = Network::untrained(&settings).expect("a network");
        assert_eq!(labelled(&network), [0, 33]);
        let training = of(&settings).expect("sizes that fit").expect("a training");
        assert_eq!([training.given.len(), training.loss.len(), training.right.len()], [EPOCHS + 1; 3]);
        assert!(training.loss[0] > 0.3 && training.loss[EPOCHS] < 0.02, "{:?}", training.loss);
        assert!(training.right[EPOCHS] > 0.85, "{:?}", training.right);
    }

    #[test]
    fn the_same_seed_trains_the_same() {
        let settings = club();
        let network = Network::untrained(&settings).expect("a network");
        let [one, other] = [(); 2].map(|()| train(&network).expect("sizes that fit"));
        assert_eq!(one.given, other.given);
        let shown = Network::of(&settings).expect("a network");
        assert_ne!(shown.given, network.given, "the weights that are shown are trained");
    }

    #[test]
    fn gradients_fit_the_scores_of_a_trained_network() {
        let mut settings = club();
        (settings.hidden, settings.pass) = (4, Pass::Backward);
        let trace = super::super::stages::trace(&settings, &Device::Cpu)
            .now_or_never()
            .expect("at once")
            .expect("sizes that fit");
        let [gradient, scores] = ["hidden-2-gradient", "hidden-2"].map(|name| trace.stage(name).expect(name).shape());
        assert_eq!((gradient, scores), (&[34, 2][..], &[34, 2][..]));
    }

    #[test]
    fn only_graphs_with_classes_are_learned() {
        let mut settings = club();
        settings.graph = Shape::Path;
        settings.settle("graph");
        assert_eq!(settings.weights, Weights::Random);
        assert!(of(&settings).expect("no sizes").is_none());
    }
}
