//! The binary through every command, group of flags and exit code.

mod clean;
mod desk;
mod formats;
mod restore;
mod rules;
mod show;
mod usage;
