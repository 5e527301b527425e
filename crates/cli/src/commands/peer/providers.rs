//! `symbolon peer import` and `export`: the provider lists of oCIS, OpenCloud and Reva.

use std::fs;
use std::io::Read;
use std::path::Path;

use anyhow::Result;
use symbolon_core::trust::Rule;
use symbolon_proto::address::Provider;
use symbolon_proto::ocmproviders::{self, BYTES_MAX, Listed, Unusable};
use symbolon_store::sync::digests::LoadOurName;
use symbolon_store::trust::{Decide, DecideNew, FindRuling, New};

use super::rule::who;
use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::output::{self, printable};
use crate::settings::{Desk, Place, Settings};

/// Trusts the servers of a list.
pub(super) async fn import(file: &Path, dry_run: bool, place: &Place) -> Result<()> {
    let list = read(file)?;
    let desk = place.open().await?;
    let (mut trusted, mut left) = (0_u32, 0_u32);
    for listed in list {
        if trust(&desk, file, listed, dry_run).await? {
            trusted += 1;
        } else {
            left += 1;
        }
    }
    output::say(&match dry_run {
        true => say!("import-would", trusted = trusted, left = left),
        false => say!("import-done", trusted = trusted, left = left),
    })
}

/// Whether the server is new among the trusted ones; everything is said on a line of its own.
async fn trust(desk: &Desk, file: &Path, listed: Listed, dry_run: bool) -> Result<bool> {
    let provider = match listed.provider {
        Ok(provider) => provider,
        Err(reason) => {
            let reason = match reason {
                Unusable::Pattern => say!("import-pattern"),
                Unusable::NotAName => say!("import-not-a-name"),
                Unusable::NoOcm => say!("import-no-service"),
            };
            let domain = printable(&listed.domain);
            output::say(&say!("import-left-out", domain = domain, reason = reason))?;
            return Ok(false);
        }
    };
    let new = if dry_run {
        would_be(desk, &provider).await?
    } else {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let decide = Decide {
            provider: provider.clone(),
            rule: Rule::Trusted,
            note: Some(format!("from {name}")),
            by: who(),
            moment: desk.moment(),
        };
        desk.write(DecideNew(decide)).await?
    };
    let server = provider.as_str();
    output::say(&match new {
        New::Decided => say!("import-trusted", server = server),
        New::Stands(rule) => say!("import-stays", server = server, rule = rule.as_str()),
        New::Ourselves => {
            let reason = say!("import-ourselves");
            say!("import-left-out", domain = server, reason = reason)
        }
    })?;
    Ok(new == New::Decided)
}

/// What would become of a decision.
async fn would_be(desk: &Desk, provider: &Provider) -> Result<New> {
    let find = FindRuling {
        provider: provider.clone(),
    };
    Ok(match desk.read(find).await? {
        Some(ruling) => New::Stands(ruling.rule),
        None if desk.read(LoadOurName).await?.as_ref() == Some(provider) => New::Ourselves,
        None => New::Decided,
    })
}

fn read(file: &Path) -> Result<Vec<Listed>> {
    let named = |reason: &dyn std::fmt::Display| {
        Failure::error(Exit::Failed, format!("{}: {reason}", file.display()))
    };
    let mut bytes = Vec::new();
    let opened = fs::File::open(file).map_err(|error| named(&error))?;
    // One byte more than is taken, so that a larger file is told from one that just fits.
    let limit = u64::try_from(BYTES_MAX).unwrap_or(u64::MAX) + 1;
    let read = opened.take(limit).read_to_end(&mut bytes);
    read.map_err(|error| named(&error))?;
    ocmproviders::parse(&bytes).map_err(|error| named(&error))
}

/// Prints the entry for this server.
pub(super) fn export(settings: &Settings) -> Result<()> {
    let config = settings.check()?;
    let entry = ocmproviders::entry_for(&config.provider(), &config.base_url(), &config.name);
    output::say(&serde_json::to_string_pretty(&entry)?)
}
