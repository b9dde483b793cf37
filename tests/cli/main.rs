//! The binary through every command, group of flags and exit code.

mod clean;
mod desk;
mod faults;
mod formats;
#[path = "../invented/mod.rs"]
mod invented;
mod learn;
mod restore;
#[cfg(unix)]
mod review;
mod rules;
mod runs;
mod show;
mod strangers;
#[cfg(feature = "parquet")]
mod tables;
mod usage;
