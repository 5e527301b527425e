//! What this server says to people, in their language. The files lie in `texts/`; pages reach them through `web::words`,
//! everything else here.

use std::sync::LazyLock;

use symbolon_proto::texts::Texts;

/// The files, in the order of [`Language::ALL`](symbolon_proto::language::Language::ALL).
pub(crate) const SOURCES: [&str; 3] = [
    include_str!("../texts/en.ftl"),
    include_str!("../texts/zh-CN.ftl"),
    include_str!("../texts/de.ftl"),
];

/// The texts themselves.
pub(crate) static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::new(SOURCES));
