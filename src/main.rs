//! The `vanthu` program; everything it does is in [`vanthu::cli`].

fn main() {}
