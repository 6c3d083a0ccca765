//! stub
/// stub
pub struct History<T> {
    past: Vec<T>,
    now: T,
    next: Vec<T>,
}
#[allow(missing_docs)]
impl<T: Clone + PartialEq> History<T> {
    pub fn new(now: T) -> Self {
        Self { past: vec![], now, next: vec![] }
    }
    pub fn present(&self) -> &T {
        &self.now
    }
    pub fn push(&mut self, v: T) {
        let old = std::mem::replace(&mut self.now, v);
        self.past.push(old);
        self.next.clear();
    }
    pub fn begin_gesture(&mut self) {}
    pub fn end_gesture(&mut self) {}
    pub fn undo(&mut self) -> bool {
        false
    }
    pub fn redo(&mut self) -> bool {
        false
    }
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }
    pub fn can_redo(&self) -> bool {
        !self.next.is_empty()
    }
}
