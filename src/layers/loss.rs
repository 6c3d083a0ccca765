//! The loss that a classifier is trained by.

use super::{Activation, LayerError, Tensor};

/// The cross-entropy of a softmax: how surprised the network is by the right class, on average over the examples.
///
/// `E = −1/N · Σ_n ln p[n, t_n]`, with `p = softmax(z)`
///
/// # Shapes
/// - scores z `[N, classes]`, as the last layer gives them, before any softmax
/// - classes t: N whole numbers, from 0
/// - gradient ∂E/∂z `[N, classes]`
///
/// # Errors
/// [`LayerError::Rank`] for scores of another rank, [`LayerError::Mismatch`] where there are not as many classes as examples,
/// [`LayerError::Class`] for a class that has no score.
///
/// Source: `torch.nn.functional.cross_entropy`.
///
/// ```
/// use layerscope::layers::CrossEntropy;
/// use ndarray::array;
/// let z = array![[0.0, 0.0]].into_dyn();
/// assert_eq!(CrossEntropy.forward(&z, &[1])?, 2.0_f32.ln());
/// assert_eq!(CrossEntropy.backward(&z, &[1])?, array![[0.5, -0.5]].into_dyn());
/// # Ok::<(), layerscope::layers::LayerError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CrossEntropy;

impl CrossEntropy {
    /// The loss E; 0 where there is no example.
    ///
    /// # Errors
    /// See [`CrossEntropy`].
    pub fn forward(&self, scores: &Tensor, classes: &[usize]) -> Result<f32, LayerError> {
        check(scores, classes)?;
        let surprise = |(row, &class): (ndarray::ArrayView1<'_, f32>, &usize)| {
            // The largest score is subtracted from all: so no exponential is beyond a number's range.
            let largest = f64::from(row.iter().copied().fold(f32::NEG_INFINITY, f32::max));
            let sum = row.iter().fold(0.0, |sum, &z| sum + libm::exp(f64::from(z) - largest));
            largest + libm::log(sum) - f64::from(row[class])
        };
        let total = scores.rows().into_iter().zip(classes).map(surprise).fold(0.0, |total, one| total + one);
        Ok((total / classes.len().max(1) as f64) as f32)
    }

    /// ∂E/∂z = (p − 1 at the right class) / N.
    ///
    /// # Errors
    /// See [`CrossEntropy`].
    pub fn backward(&self, scores: &Tensor, classes: &[usize]) -> Result<Tensor, LayerError> {
        check(scores, classes)?;
        let mut gradient = Activation::Softmax.forward(scores)?;
        for (example, &class) in classes.iter().enumerate() {
            gradient[[example, class]] -= 1.0;
        }
        Ok(gradient / classes.len().max(1) as f32)
    }
}

fn check(scores: &Tensor, classes: &[usize]) -> Result<(), LayerError> {
    let &[examples, scored] = scores.shape() else {
        let expected = "it takes examples and classes";
        return Err(LayerError::Rank { tensor: "scores", shape: scores.shape().to_vec(), expected });
    };
    if classes.len() != examples {
        return Err(LayerError::Mismatch { what: "the number of classes", expected: examples, got: classes.len() });
    }
    match classes.iter().find(|&&class| class >= scored) {
        Some(&class) => Err(LayerError::Class { class, classes: scored }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let z = array![[0.3, -1.2, 2.0], [0.0, 0.5, -0.5]].into_dyn();
        let classes = [2, 0];
        let gradient = CrossEntropy.backward(&z, &classes).expect("scores");
        for at in ndarray::indices(z.shape()) {
            let moved = |by: f32| {
                let mut z = z.clone();
                z[&at] += by;
                CrossEntropy.forward(&z, &classes).expect("scores")
            };
            let slope = (moved(0.01) - moved(-0.01)) / 0.02;
            assert!((slope - gradient[&at]).abs() < 1e-3, "{at:?}: {slope} {}", gradient[&at]);
        }
    }

    #[test]
    fn large_scores_stay_finite() {
        let z = array![[1000.0, -1000.0]].into_dyn();
        assert_eq!(CrossEntropy.forward(&z, &[0]), Ok(0.0));
        assert_eq!(CrossEntropy.forward(&z, &[1]), Ok(2000.0));
    }

    #[test]
    fn what_does_not_fit_says_why() {
        let z = array![[0.0, 0.0]].into_dyn();
        let sentence = |classes: &[usize]| CrossEntropy.forward(&z, classes).expect_err("wrong").to_string();
        assert_eq!(sentence(&[2]), "class 2 has no score; there are 2 classes, counted from 0");
        assert_eq!(sentence(&[0, 1]), "the number of classes must be 1, but is 2");
        assert!(CrossEntropy.backward(&array![1.0].into_dyn(), &[0]).is_err());
    }
}
