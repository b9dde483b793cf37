//! Going through cuts one by one: what is decided ([`session`]), how that is shown ([`screen`]), and what
//! becomes of it ([`changes`], and for the next time [`seen`]).

pub mod changes;
pub mod paper;
pub mod screen;
pub mod seen;
pub mod session;
