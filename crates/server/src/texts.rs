//! What this server says to people, in their language. The files lie in `texts/`; pages reach them through `web::words`,
//! everything else here.

use std::sync::LazyLock;

use symbolon_proto::texts::Texts;

/// The files of one language: what everybody reads, what administrators read, and what implementers read.
macro_rules! files {
    ($tag:literal) => {
        concat!(
            include_str!(concat!("../texts/", $tag, ".ftl")),
            "\n",
            include_str!(concat!("../texts/doctor/", $tag, ".ftl")),
            "\n",
            include_str!(concat!("../texts/admin/", $tag, ".ftl")),
            "\n",
            include_str!(concat!("../texts/probe/", $tag, ".ftl")),
        )
    };
}

/// The texts, in the order of [`Language::ALL`](symbolon_proto::language::Language::ALL).
pub(crate) const SOURCES: [&str; 3] = [files!("en"), files!("zh-CN"), files!("de")];

/// Of these, the ones that everybody reads.
#[cfg(test)]
pub(crate) const PEOPLES: [&str; 3] = [
    include_str!("../texts/en.ftl"),
    include_str!("../texts/zh-CN.ftl"),
    include_str!("../texts/de.ftl"),
];

/// The texts themselves.
pub(crate) static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::new(SOURCES));
