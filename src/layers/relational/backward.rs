//! The gradients of layers on a graph.

use super::{Made, Making, Reads, Relational};
use crate::layers::{Gathering, Graph, LayerError, Pointwise, expect_size};

impl Relational {
    /// The derivatives of the loss by every array, from its derivative by one of them.
    ///
    /// From the last equation to the first, every number that was read gets what it had to do with the result:
    ///
    /// - of a sum of products: the result's gradient times the other factors
    /// - of a mean, its share; of the largest or smallest, all of it, shared among those that are equal
    /// - of `y = σ(z)`: `∂E/∂z = ∂E/∂y · σ′(z)`
    /// - of the softmax over N(v): `∂E/∂e_vu = α_vu (g_vu − Σ_w g_vw α_vw)`
    ///
    /// # Errors
    /// Where the gradient has not as many numbers as the array.
    pub fn backward(
        &self,
        graph: &Graph,
        numbers: &[Vec<f32>],
        (array, upstream): (usize, &[f32]),
    ) -> Result<Vec<Vec<f32>>, LayerError> {
        expect_size("the numbers of output_gradient", upstream.len(), self.arrays[array].len(graph))?;
        let mut sums: Vec<Vec<f64>> = numbers.iter().map(|all| vec![0.0; all.len()]).collect();
        sums[array] = upstream.iter().copied().map(f64::from).collect();
        for made in self.equations.iter().rev() {
            let by: Vec<f32> = sums[made.array].iter().map(|&sum| sum as f32).collect();
            for place in 0..by.len() {
                self.each_share(graph, made, place, numbers, &by, &mut |(array, at), share| sums[array][at] += share);
            }
        }
        Ok(sums.into_iter().map(|all| all.into_iter().map(|sum| sum as f32).collect()).collect())
    }

    /// Visits what the numbers that a result was made from get of its gradient.
    fn each_share(
        &self,
        graph: &Graph,
        made: &Made,
        place: usize,
        numbers: &[Vec<f32>],
        by: &[f32],
        give: &mut dyn FnMut((usize, usize), f64),
    ) {
        let number = |(array, place): (usize, usize)| f64::from(numbers[array][place]);
        let (g, y) = (f64::from(by[place]), numbers[made.array][place]);
        let among = match &made.rule {
            Making::Gather(..) => self.equals(graph, made, place, &|(array, place)| numbers[array][place]).len() as f64,
            _ => 1.0,
        };
        let mut mean = 0.0;
        self.each(graph, made, place, &mut |reads: Reads| match &made.rule {
            Making::Sum(_) => {
                let g = g * reads.times;
                match reads.second {
                    Some(second) => {
                        give(reads.first, g * number(second));
                        give(second, g * number(reads.first));
                    }
                    None => give(reads.first, g),
                }
            }
            Making::Gather(Gathering::Sum, _) => give(reads.first, g),
            Making::Gather(Gathering::Mean, _) => give(reads.first, g / among),
            Making::Gather(..) => {
                if number(reads.first) == f64::from(y) {
                    give(reads.first, g / among);
                }
            }
            Making::Squash(activation, of) => {
                let slope = |pointwise: Pointwise| pointwise.slope(number((*of, place)));
                give(reads.first, activation.pointwise().map_or(g, |pointwise| g * slope(pointwise)));
            }
            Making::Share(_) => mean += f64::from(by[reads.first.1]) * f64::from(numbers[made.array][reads.first.1]),
        });
        if let Making::Share(of) = made.rule {
            give((of, place), f64::from(y) * (g - mean));
        }
    }

    /// The numbers among which a gathered one's gradient is shared: all for a mean, those that equal the result for an extreme.
    pub(super) fn equals(
        &self,
        graph: &Graph,
        made: &Made,
        place: usize,
        number: &dyn Fn((usize, usize)) -> f32,
    ) -> Vec<(usize, usize)> {
        let mut all = Vec::new();
        let extreme = matches!(made.rule, Making::Gather(Gathering::Max | Gathering::Min, _));
        self.each(graph, made, place, &mut |reads| {
            if !extreme || number(reads.first) == number((made.array, place)) {
                all.push(reads.first);
            }
        });
        all
    }
}
