//! stub
/// stub
#[derive(Default, PartialEq, Clone)]
#[allow(missing_docs)]
pub struct Route {
    pub block: Option<String>,
    pub pairs: Vec<(String, String)>,
}
#[allow(missing_docs)]
impl Route {
    pub fn parse_hash(_: &str) -> Self {
        Self::default()
    }
    pub fn to_hash(&self) -> String {
        String::new()
    }
}
