//! Fetching the files that a block reads, before it is opened.

use crate::blocks::AnyBlock;
use crate::browser::fetch_bytes;
use crate::data::files;

/// Whether everything that a block reads is there.
pub fn is_loaded(block: &dyn AnyBlock) -> bool {
    block.files().iter().all(|name| files::get(name).is_some())
}

/// Fetches what a block reads and is not there yet, from the folder `home` of this copy of Layerscope.
///
/// # Errors
/// With a sentence, where a file cannot be had.
pub async fn load(block: &dyn AnyBlock, home: &str) -> Result<(), String> {
    for name in block.files() {
        if files::get(name).is_none() {
            let address = format!("{home}{}{name}", files::FOLDER);
            let fetched = fetch_bytes(&address).await;
            let bytes =
                fetched.ok_or_else(|| format!("{name} could not be loaded; it belongs to this page, in {address}."))?;
            files::install(name, bytes);
        }
    }
    Ok(())
}
