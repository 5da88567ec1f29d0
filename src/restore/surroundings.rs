//! What the words on both sides tell of words without marks.

use super::lattice::{Edge, Lattice, Written};
use super::model::Model;

/// The n-grams have heard of the words before already; how much the network
/// counts beside them was chosen on text held out.
const NET_SHARE: f32 = 0.4;

/// A reading that the network finds so much less likely than its best is given up,
/// natural logarithm. What is left out need not be looked up, which saves a fifth of the
/// time; to 2,500 words that are wrong in letters it adds two, half of it would add thirty.
const LN_HOPELESS: f32 = 7.0;

/// So many atoms in advance the memory is asked for what the network needs.
const N_AHEAD: usize = 2;

/// Adds to each reading of a word without marks how likely it is in its
/// surroundings, and gives up those that are hopeless there, but for an office's own
/// words: the network has not heard of these.
pub(super) fn weigh(model: &Model, lattice: &mut Lattice) {
    let Some(net) = model.window_net() else {
        return;
    };
    let mut text = vec![net.row(super::model::symbols::BOUNDARY)];
    // Where each atom's word stands in the text.
    let mut places = Vec::with_capacity(lattice.n_atoms());
    for atom_idx in 0..lattice.n_atoms() {
        places.push(text.len());
        // The readings of a word without marks are all seen alike.
        let first = lattice.edges(atom_idx)[0];
        text.extend(first.symbols[0].map(|symbol| net.row(symbol)));
    }
    let mut window = net.slide(&text);
    let mut candidates = Vec::new();
    let mut ln_probabilities = Vec::new();
    for (atom_idx, &at) in places.iter().enumerate() {
        if let Some(&ahead) = places.get(atom_idx + N_AHEAD)
            && let edges = lattice.edges(atom_idx + N_AHEAD)
            && edges.len() > 1
            && edges[0].written == Written::Marked
        {
            window.expect(ahead, edges.iter().filter_map(marked_word));
        }
        let edges = lattice.edges_mut(atom_idx);
        candidates.clear();
        candidates.extend(edges.iter().filter_map(marked_word));
        let is_open = edges.len() > 1 && candidates.len() == edges.len();
        if !is_open || !candidates.iter().all(|&symbol| net.knows(symbol)) {
            continue;
        }
        window.ln_probabilities(at, &candidates, &mut ln_probabilities);
        let ln_best = ln_probabilities
            .iter()
            .copied()
            .fold(f32::NEG_INFINITY, f32::max);
        let symbols = candidates.iter().zip(&ln_probabilities);
        for (edge, (&symbol, &ln_probability)) in edges.iter_mut().zip(symbols) {
            let is_hopeless = ln_probability < ln_best - LN_HOPELESS;
            edge.ln_channel += if is_hopeless && !model.is_listed(symbol) {
                f32::NEG_INFINITY
            } else {
                NET_SHARE * ln_probability
            };
        }
    }
    lattice.drop_impossible();
}

fn marked_word(edge: &Edge) -> Option<super::model::Symbol> {
    edge.symbols[0].filter(|_| edge.written == Written::Marked)
}
