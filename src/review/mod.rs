//! Going through cuts one by one: what is decided ([`session`]), how that is shown ([`screen`]), and what
//! becomes of it ([`changes`]).

pub mod changes;
pub mod paper;
pub mod screen;
pub mod session;
