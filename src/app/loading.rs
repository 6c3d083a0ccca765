//! Fetching the files that a block reads, before it is opened with them.

use crate::browser::fetch_bytes;
use crate::data::files;

/// Fetches what is not there yet, from the folder `home` of this copy of Layerscope.
///
/// # Errors
/// With a sentence, where a file cannot be had.
pub async fn load(names: &[&str], home: &str) -> Result<(), String> {
    for name in names {
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

/// Whether nothing has to be fetched.
pub fn is_loaded(names: &[&str]) -> bool {
    names.iter().all(|name| files::get(name).is_some())
}
