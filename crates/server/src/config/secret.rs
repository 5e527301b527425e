//! Files that hold one secret.

use std::fs;
use std::path::Path;

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

/// The first line of a file that nobody but its owner, and whom they name, can read. The reason for an error repeats nothing
/// of it.
pub(super) fn first_line(path: &str, most_bytes: usize) -> Result<SecretString, String> {
    let text = fs::read_to_string(path).map(Zeroizing::new);
    let text = text.map_err(|error| error.to_string())?;
    if is_open(Path::new(path)) {
        return Err("everybody on this machine can read it".to_owned());
    }
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() || line.len() > most_bytes {
        return Err("its first line is empty, or too long".to_owned());
    }
    Ok(line.into())
}

/// Whether everybody may read it. A group may: that is how systemd lends a credential of root's to the account of a service.
#[cfg(unix)]
pub(crate) fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let found = fs::metadata(path);
    found.is_ok_and(|found| found.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
pub(crate) fn is_open(_: &Path) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_file_that_everybody_can_read_is_no_place_for_a_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, "hush\nmore").unwrap();
        let path = path.to_str().unwrap();
        for (mode, fits) in [
            (0o600, true),
            (0o400, true),
            (0o440, true),
            (0o644, false),
            (0o604, false),
        ] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
            match first_line(path, 4) {
                Ok(secret) => assert!(fits && secret.expose_secret() == "hush", "{mode:o}"),
                Err(reason) => assert!(!fits && reason.contains("everybody"), "{mode:o}: {reason}"),
            }
        }
    }

    #[test]
    fn what_is_no_secret_is_refused_without_repeating_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        assert!(first_line(path.to_str().unwrap(), 4).is_err());
        assert!(first_line(folder.path().to_str().unwrap(), 4).is_err());
        for text in [&b""[..], b"\nhush", b"hush hush", b"\xff\xfe"] {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            let reason = first_line(path.to_str().unwrap(), 4).err().unwrap();
            assert!(!reason.contains("hush"), "{reason}");
        }
    }
}
