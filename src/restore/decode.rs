//! The likeliest way through a lattice, and how sure each step is.

use super::lattice::{Edge, Lattice};
use super::model::{Context, NGrams, Symbol};

/// The reading that was chosen for one atom or two.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen {
    pub atom_idx: usize,
    pub edge: Edge,
    /// Probability among the readings of the same atoms, the others' choice given.
    pub posterior: f32,
}

/// States kept at each atom.
const MAX_STATES: usize = 12;
/// A state that is this much less likely than the best is dropped, natural
/// logarithm.
const LN_BEAM: f32 = 10.0;

#[derive(Clone, Copy)]
struct State {
    ln_probability: f32,
    context: Context,
    /// Atom, edge and state that led here.
    back: (u32, u32, u32),
}

/// Remembers what the language model said: the same words stand behind the same
/// words again and again. A place in the table holds the last question only.
struct Memory<'a> {
    n_grams: NGrams<'a>,
    answers: &'a mut [Option<Answer>],
}

/// The table, which outlives one decoding: texts repeat themselves.
pub(super) struct Answers(Vec<Option<Answer>>);

impl Default for Answers {
    fn default() -> Self {
        Self(vec![None; N_ANSWERS])
    }
}

#[derive(Clone, Copy)]
struct Answer {
    context: Context,
    symbol: Symbol,
    ln_probability: f32,
    next: Context,
}

/// A power of two; some 2 MB.
const N_ANSWERS: usize = 1 << 16;

impl Memory<'_> {
    fn extend(&mut self, context: &Context, symbol: Symbol) -> (f32, Context) {
        let place = context.mixed_with(symbol) as usize % N_ANSWERS;
        if let Some(answer) = &self.answers[place]
            && answer.symbol == symbol
            && answer.context == *context
        {
            return (answer.ln_probability, answer.next);
        }
        let (ln_probability, next) = self.n_grams.extend(context, symbol);
        self.answers[place] = Some(Answer {
            context: *context,
            symbol,
            ln_probability,
            next,
        });
        (ln_probability, next)
    }

    fn extend_all(&mut self, context: &Context, edge: &Edge) -> (f32, Context) {
        let mut ln_probability = 0.0;
        let mut context = *context;
        for symbol in edge.symbols.into_iter().flatten() {
            let (ln_symbol, next) = self.extend(&context, symbol);
            ln_probability += ln_symbol;
            context = next;
        }
        (ln_probability, context)
    }
}

/// The likeliest reading of every atom, in order.
pub(super) fn decode(n_grams: &NGrams, lattice: &Lattice, answers: &mut Answers) -> Vec<Chosen> {
    let n_atoms = lattice.atoms.len();
    let mut states: Vec<Vec<State>> = vec![Vec::new(); n_atoms + 1];
    // What arrives at the next atom and at the one after it.
    let mut arriving: [Vec<State>; 2] = [Vec::new(), Vec::new()];
    let mut memory = Memory {
        n_grams: *n_grams,
        answers: &mut answers.0,
    };
    states[0].push(State {
        ln_probability: 0.0,
        context: n_grams.beginning(),
        back: (0, 0, 0),
    });
    for atom_idx in 0..n_atoms {
        let here = std::mem::take(&mut states[atom_idx]);
        // Of what arrives at the next atom.
        let mut ln_best = arriving[0]
            .iter()
            .map(|state| state.ln_probability)
            .fold(f32::NEG_INFINITY, f32::max);
        for (edge_idx, edge) in lattice.edges[atom_idx].iter().enumerate() {
            let target = &mut arriving[usize::from(edge.n_atoms) - 1];
            for (state_idx, state) in here.iter().enumerate() {
                let ln_before = state.ln_probability + edge.ln_channel;
                // No word is likelier than certain.
                if edge.n_atoms == 1 && ln_before < ln_best - LN_BEAM {
                    break;
                }
                let (ln_language, context) = memory.extend_all(&state.context, edge);
                let ln_probability = ln_before + ln_language;
                if edge.n_atoms == 1 {
                    ln_best = ln_best.max(ln_probability);
                }
                target.push(State {
                    ln_probability,
                    context,
                    back: (atom_idx as u32, edge_idx as u32, state_idx as u32),
                });
            }
        }
        states[atom_idx] = here;
        states[atom_idx + 1] = best_states(&mut arriving[0]);
        arriving.swap(0, 1);
    }
    let steps = trace_back(&states);
    with_posteriors(&mut memory, lattice, &states, &steps)
}

/// The likeliest states, one for each context.
fn best_states(arrived: &mut Vec<State>) -> Vec<State> {
    // Ties broken by where a state came from, so that the result is always the
    // same.
    arrived.sort_unstable_by(|a, b| {
        b.ln_probability
            .total_cmp(&a.ln_probability)
            .then(a.back.cmp(&b.back))
    });
    let floor = arrived
        .first()
        .map_or(0.0, |best| best.ln_probability - LN_BEAM);
    let mut best: Vec<State> = Vec::with_capacity(MAX_STATES);
    for state in arrived.drain(..) {
        if best.len() == MAX_STATES || state.ln_probability < floor {
            break;
        }
        if !best.iter().any(|known| known.context == state.context) {
            best.push(state);
        }
    }
    best
}

/// The (atom, edge, state) triples of the best way, in order.
fn trace_back(states: &[Vec<State>]) -> Vec<(u32, u32, u32)> {
    let mut steps = Vec::new();
    let mut at = states.len() - 1;
    let mut state_idx = 0;
    while at > 0 {
        // Every atom has an edge of its own, so that a state is always there.
        let Some(state) = states[at].get(state_idx) else {
            break;
        };
        steps.push(state.back);
        at = state.back.0 as usize;
        state_idx = state.back.2 as usize;
    }
    steps.reverse();
    steps
}

/// How many symbols behind a reading are weighed when its rivals are tried.
const N_FOLLOWING: usize = 3;

/// A rival that is so much less likely up to some word is not followed further,
/// natural logarithm.
const LN_RIVAL: f32 = 8.0;

/// How likely `edge` and the steps behind it are, natural logarithm; `goes_on` is
/// told of each word how likely the way is up to it, and may give up.
fn way_on(
    memory: &mut Memory,
    lattice: &Lattice,
    edge: &Edge,
    following: &[(u32, u32, u32)],
    mut context: Context,
    mut goes_on: impl FnMut(usize, f32) -> bool,
) -> Option<f32> {
    let mut ln_probability = edge.ln_channel;
    let following = following.iter().map(|step| edge_of(lattice, step));
    for (at, next) in std::iter::once(*edge)
        .chain(following.take(N_FOLLOWING))
        .enumerate()
    {
        let (ln_next, behind) = memory.extend_all(&context, &next);
        ln_probability += ln_next;
        context = behind;
        if !goes_on(at, ln_probability) {
            return None;
        }
    }
    Some(ln_probability)
}

fn edge_of(lattice: &Lattice, &(atom_idx, edge_idx, _): &(u32, u32, u32)) -> Edge {
    lattice.edges[atom_idx as usize][edge_idx as usize]
}

/// Each step weighed against its rivals with the rest of the way held fixed.
fn with_posteriors(
    memory: &mut Memory,
    lattice: &Lattice,
    states: &[Vec<State>],
    steps: &[(u32, u32, u32)],
) -> Vec<Chosen> {
    steps
        .iter()
        .enumerate()
        .map(|(step_idx, step)| {
            let chosen = edge_of(lattice, step);
            let following = &steps[step_idx + 1..];
            let atom_idx = step.0 as usize;
            let rivals = &lattice.edges[atom_idx];
            let mut posterior = 1.0;
            if rivals.len() > 1 {
                let before = states[atom_idx][step.2 as usize].context;
                let mut own = [0.0f32; N_FOLLOWING + 1];
                let ln_own = way_on(memory, lattice, &chosen, following, before, |at, ln| {
                    own[at] = ln;
                    true
                });
                // A rival far behind on the way is left there.
                let others: f32 = rivals
                    .iter()
                    .enumerate()
                    .filter(|(idx, rival)| {
                        *idx != step.1 as usize
                            && rival.n_atoms == chosen.n_atoms
                            && rival.ln_channel > own[0] - LN_RIVAL
                    })
                    .map(|(_, rival)| {
                        let ln_rival =
                            way_on(memory, lattice, rival, following, before, |at, ln| {
                                ln > own[at] - LN_RIVAL
                            });
                        ln_rival.map_or(0.0, |ln_rival| (ln_rival - ln_own.unwrap_or(0.0)).exp())
                    })
                    .sum();
                posterior = 1.0 / (1.0 + others);
            }
            Chosen {
                atom_idx,
                edge: chosen,
                posterior,
            }
        })
        .collect()
}
