//! Builds the sample documents: sets them, makes them look scanned, writes the truth beside them.
//!
//! ```text
//! typesetter            build every sample
//! typesetter --check    build in memory and compare with the files that are there
//! typesetter ID...      build these samples only
//! ```
//!
//! `documents/` holds the words, `samples.toml` how each document was scanned. The same sources
//! give the same bytes: chance comes from seeds, and nothing asks for the time.

mod coding;
mod degrade;
mod ink;
mod pdf_writer;
mod random;
mod raster;
mod recipe;
mod record;
mod scan;
mod tiff_writer;
mod truth;
mod typeset;
mod world;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use recipe::{Container, Recipe, Recipes};
use scan::Stamps;
use world::Press;

/// Errors end the run with a message; nobody handles them one by one.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Files to be, by their path below `corpus-samples/`.
type Files = BTreeMap<PathBuf, Vec<u8>>;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let check = arguments.iter().any(|a| a == "--check");
    let wanted: Vec<String> = arguments.into_iter().filter(|a| a != "--check").collect();

    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let samples = root
        .parent()
        .ok_or("the typesetter lies inside corpus-samples")?;
    let press = Press::open(root)?;
    let stamps = Stamps::load(&press)?;
    let mut recipes: Recipes = toml::from_str(&fs::read_to_string(root.join("samples.toml"))?)?;
    if let Some(unknown) = wanted
        .iter()
        .find(|id| recipes.sample.iter().all(|r| r.id != **id))
    {
        return Err(format!("no sample {unknown} in samples.toml").into());
    }
    recipes
        .sample
        .retain(|r| wanted.is_empty() || wanted.contains(&r.id));

    let mut files = Files::new();
    for recipe in &recipes.sample {
        let built = build(&press, &stamps, recipe)?;
        let size: usize = built.values().map(Vec::len).sum();
        eprintln!("{} ({} KiB)", recipe.id, size / 1024);
        files.extend(built);
    }
    if check {
        return Ok(compare(samples, &files));
    }
    if wanted.is_empty() {
        for folder in ["scans", "truth"] {
            remove_if_there(&samples.join(folder))?;
        }
    }
    for (path, bytes) in &files {
        let path = samples.join(path);
        fs::create_dir_all(path.parent().ok_or("a file has a folder")?)?;
        fs::write(path, bytes)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The scan and the truth of one sample.
fn build(press: &Press, stamps: &Stamps, recipe: &Recipe) -> Result<Files> {
    let name = |e| format!("{}: {e}", recipe.id);
    let pages = typeset::typeset(press, &format!("{}.typ", recipe.id))?;
    let truth = truth::read(&pages, |key| stamps.lines(key)).map_err(name)?;
    let scan = scan::scan(&pages, stamps, recipe).map_err(name)?;
    let extension = match recipe.container {
        Container::Pdf => "pdf",
        Container::Tiff => "tif",
        Container::Png => "png",
        Container::Jpeg => "jpg",
    };
    let mut files = Files::new();
    files.insert(
        Path::new("scans").join(format!("{}.{extension}", recipe.id)),
        scan,
    );
    let folder = Path::new("truth").join(&recipe.id);
    for (index, page) in truth.pages.into_iter().enumerate() {
        files.insert(
            folder.join(format!("page-{}.txt", index + 1)),
            page.into_bytes(),
        );
    }
    files.insert(folder.join("record.json"), truth.record.into_bytes());
    Ok(files)
}

/// Says which files differ from what the sources give.
fn compare(samples: &Path, files: &Files) -> ExitCode {
    let differs = |(path, bytes): &(&PathBuf, &Vec<u8>)| {
        fs::read(samples.join(path)).map_or(true, |there| there != **bytes)
    };
    let different: Vec<_> = files.iter().filter(differs).map(|(path, _)| path).collect();
    for path in &different {
        eprintln!("differs: {}", path.display());
    }
    if different.is_empty() {
        eprintln!("{} files are as their sources say", files.len());
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn remove_if_there(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
