//! Undo and redo.

/// The most changes that can be taken back.
const MOST: usize = 200;

/// A value, what it was before, and what it was before that was taken back.
#[derive(Clone, Debug)]
pub struct History<T> {
    past: Vec<T>,
    present: T,
    future: Vec<T>,
    /// While a gesture runs: the value before it, until it has changed something.
    gesture: Option<Gesture<T>>,
}

/// How far a gesture has come.
#[derive(Clone, Debug)]
enum Gesture<T> {
    Begun,
    /// It has changed something; what could be made again before that.
    Changed(Vec<T>),
}

impl<T: Clone + PartialEq> History<T> {
    /// A value without a past.
    pub fn new(present: T) -> Self {
        Self { past: Vec::new(), present, future: Vec::new(), gesture: None }
    }

    /// The value now.
    pub fn present(&self) -> &T {
        &self.present
    }

    /// Changes the value. A change to what it is already changes nothing; all changes of one gesture are one.
    pub fn push(&mut self, value: T) {
        if value == self.present {
            return;
        }
        let before = std::mem::replace(&mut self.present, value);
        let future = std::mem::take(&mut self.future);
        if matches!(self.gesture, Some(Gesture::Changed(_))) {
            return;
        }
        self.past.push(before);
        self.past.drain(..self.past.len().saturating_sub(MOST));
        self.gesture = self.gesture.take().map(|_| Gesture::Changed(future));
    }

    /// From here to [`end_gesture`](Self::end_gesture), all changes are taken back together.
    pub fn begin_gesture(&mut self) {
        self.gesture = Some(Gesture::Begun);
    }

    /// The gesture is over. One that came back to where it began leaves everything as it was.
    pub fn end_gesture(&mut self) {
        if let (Some(Gesture::Changed(future)), true) = (self.gesture.take(), self.past.last() == Some(&self.present)) {
            self.past.pop();
            self.future = future;
        }
    }

    /// The gesture is over, and what it has changed is as before.
    pub fn cancel_gesture(&mut self) {
        if let (Some(Gesture::Changed(future)), Some(before)) = (self.gesture.take(), self.past.last().cloned()) {
            self.past.pop();
            (self.present, self.future) = (before, future);
        }
    }

    /// Takes the last change back; whether there was one.
    pub fn undo(&mut self) -> bool {
        self.end_gesture();
        let Some(before) = self.past.pop() else { return false };
        self.future.push(std::mem::replace(&mut self.present, before));
        true
    }

    /// Makes the change that was taken back last; whether there was one.
    pub fn redo(&mut self) -> bool {
        self.end_gesture();
        let Some(after) = self.future.pop() else { return false };
        self.past.push(std::mem::replace(&mut self.present, after));
        true
    }

    /// Whether there is something to take back.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is something to make again.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_back_and_forth() {
        let mut history = History::new(0);
        for value in [1, 1, 2, 3] {
            history.push(value);
        }
        assert!(history.undo() && history.undo());
        assert_eq!((*history.present(), history.can_redo()), (1, true));
        assert!(history.redo());
        assert_eq!(*history.present(), 2);
        history.push(9);
        assert!(!history.redo(), "a new change forgets what was taken back");
        assert!(history.undo() && history.undo() && history.undo() && !history.undo());
        assert_eq!(*history.present(), 0);
    }

    #[test]
    fn a_drag_is_one_step() {
        let mut history = History::new(0);
        history.begin_gesture();
        (1..50).for_each(|value| history.push(value));
        history.end_gesture();
        history.push(100);
        assert!(history.undo());
        assert_eq!(*history.present(), 49);
        assert!(history.undo());
        assert_eq!((*history.present(), history.can_undo()), (0, false));
    }

    #[test]
    fn a_drag_that_comes_back_is_no_step() {
        let mut history = History::new(0);
        history.begin_gesture();
        [1, 2, 0].into_iter().for_each(|value| history.push(value));
        history.end_gesture();
        assert!(!history.can_undo());
        history.push(5);
        history.undo();
        history.begin_gesture();
        [7, 0].into_iter().for_each(|value| history.push(value));
        history.end_gesture();
        assert!(!history.can_undo() && history.redo(), "what was taken back before can still be made again");
        assert_eq!(*history.present(), 5);
    }

    #[test]
    fn forgets_the_oldest() {
        let mut history = History::new(0);
        (1..=2 * MOST).for_each(|value| history.push(value));
        while history.undo() {}
        assert_eq!(*history.present(), MOST);
    }
}
