//! The files beside the page that blocks read: images, trained weights.
//!
//! Who shows a block fetches what it names in [`Block::files`](crate::blocks::Block::files) and hands it over by [`install`], before
//! it opens the block. Natively the files are read where they lie.

use std::cell::RefCell;
use std::rc::Rc;

/// Where the files are, from the folder of a copy of Layerscope.
pub const FOLDER: &str = "assets/";

thread_local! {
    static INSTALLED: RefCell<Vec<(String, Rc<[u8]>)>> = const { RefCell::new(Vec::new()) };
}

/// Hands a file over. What was installed once stays.
pub fn install(name: &str, bytes: Vec<u8>) {
    if installed(name).is_none() {
        INSTALLED.with_borrow_mut(|files| files.push((name.to_owned(), bytes.into())));
    }
}

/// The bytes of a file, where it is there.
pub fn get(name: &str) -> Option<Rc<[u8]>> {
    #[cfg(not(target_arch = "wasm32"))]
    if installed(name).is_none() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("www").join(FOLDER).join(name);
        install(name, std::fs::read(path).ok()?);
    }
    installed(name)
}

fn installed(name: &str) -> Option<Rc<[u8]>> {
    INSTALLED.with_borrow(|files| files.iter().find(|(known, _)| known == name).map(|(_, bytes)| bytes.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_installed_can_be_had() {
        assert_eq!(get("no such file"), None);
        install("no such file", vec![1, 2]);
        install("no such file", vec![3]);
        assert_eq!(get("no such file").as_deref(), Some(&[1, 2][..]));
    }

    #[test]
    fn what_lies_beside_the_page_is_read() {
        assert_eq!(get("german.tsv").as_deref(), Some(&include_bytes!("../../www/assets/german.tsv")[..]));
    }
}
