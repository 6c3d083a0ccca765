//! stub
/// stub
#[derive(Clone, Copy)]
pub enum Device {
    /// stub
    Cpu,
}
