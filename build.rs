//! Links the system's Leptonica, which Tesseract brings along; `tesseract-rs`
//! links Tesseract itself but exposes no image functions.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if let Err(error) = pkg_config::Config::new()
        .atleast_version("1.79")
        .probe("lept")
    {
        println!(
            "cargo:warning=Leptonica's development files are missing \
             (on Debian: apt-get install libtesseract-dev libleptonica-dev)"
        );
        panic!("{error}");
    }
}
