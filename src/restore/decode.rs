//! The likeliest way through a lattice, and how sure each step is.

use super::lattice::{Edge, Lattice};
use super::model::{Context, Following, NGrams, PairMemory};

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
const LN_BEAM: f32 = 9.0;
/// A reading that is this much less likely than the best behind the likeliest
/// state is not tried behind the others, natural logarithm.
const LN_HOPELESS: f32 = 10.0;
/// How many steps behind a reading are weighed when its rivals are tried.
const N_FOLLOWING: usize = 3;
/// A rival that is so much less likely up to some step is not followed further,
/// natural logarithm.
const LN_RIVAL: f32 = 7.0;

/// A way up to some atom; the context it ends with is all that counts for what
/// follows.
#[derive(Clone, Copy)]
struct State {
    ln_probability: f32,
    context: Context,
    back: Step,
}

/// The edge that led to a state, and the state it began with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    atom_idx: u32,
    edge_idx: u32,
    state_idx: u32,
}

/// A way on that is weighed: only those that are kept have their context looked
/// up.
#[derive(Clone, Copy)]
struct Arrival {
    ln_probability: f32,
    back: Step,
}

/// Whether each word's certainty is wanted: to weigh it takes a fifth of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certainty {
    Weighed,
    /// Everything is told as certain.
    Unasked,
}

/// Buffers that outlive one decoding, and the bigrams found before.
#[derive(Default)]
pub(super) struct Workspace {
    pairs: PairMemory,
    /// Of all atoms one behind the other.
    states: Vec<State>,
    /// Where the states of each atom begin; one more than atoms.
    first_states: Vec<usize>,
    following: Vec<Following>,
    /// What arrives at the next atom and at the one after it.
    arriving: [Vec<Arrival>; 2],
    steps: Vec<Step>,
}

/// The likeliest reading of every atom, in order, behind `before`; and the
/// context behind the last.
pub(super) fn decode(
    n_grams: &NGrams,
    lattice: &Lattice,
    before: Context,
    certainty: Certainty,
    workspace: &mut Workspace,
) -> (Vec<Chosen>, Context) {
    let mut decoder = Decoder {
        n_grams,
        lattice,
        space: workspace,
    };
    decoder.begin(before);
    for atom_idx in 0..lattice.n_atoms() {
        decoder.weigh_ways_on(atom_idx);
        decoder.keep_best();
    }
    let behind = decoder.trace_back();
    let steps = std::mem::take(&mut decoder.space.steps);
    let chosen = (0..steps.len())
        .map(|step_idx| match certainty {
            Certainty::Weighed => decoder.chosen(&steps, step_idx),
            Certainty::Unasked => Chosen {
                atom_idx: steps[step_idx].atom_idx as usize,
                edge: decoder.edge(&steps[step_idx]),
                posterior: 1.0,
            },
        })
        .collect();
    decoder.space.steps = steps;
    (chosen, behind)
}

struct Decoder<'a> {
    n_grams: &'a NGrams<'a>,
    lattice: &'a Lattice,
    space: &'a mut Workspace,
}

impl Decoder<'_> {
    fn begin(&mut self, before: Context) {
        let space = &mut *self.space;
        space.states.clear();
        space.first_states.clear();
        space.arriving.iter_mut().for_each(Vec::clear);
        space.states.push(State {
            ln_probability: 0.0,
            context: before,
            back: Step {
                atom_idx: 0,
                edge_idx: 0,
                state_idx: 0,
            },
        });
        space.first_states.extend([0, 1]);
    }

    fn states(&self, atom_idx: usize) -> &[State] {
        let first_states = &self.space.first_states;
        &self.space.states[first_states[atom_idx]..first_states[atom_idx + 1]]
    }

    /// Weighs every edge of an atom behind every state there.
    fn weigh_ways_on(&mut self, atom_idx: usize) {
        let n_grams = self.n_grams;
        let space = &mut *self.space;
        let here = &space.states[space.first_states[atom_idx]..space.first_states[atom_idx + 1]];
        space.following.clear();
        space
            .following
            .extend(here.iter().map(|state| n_grams.following(&state.context)));
        // Of what arrives at the next atom.
        let mut ln_best = ln_best_of(&space.arriving[0]);
        for (edge_idx, edge) in self.lattice.edges(atom_idx).iter().enumerate() {
            let arriving = &mut space.arriving[usize::from(edge.n_atoms) - 1];
            for (state_idx, state) in here.iter().enumerate() {
                let ln_before = state.ln_probability + edge.ln_channel;
                let ln_floor = match edge.n_atoms {
                    1 => ln_best - LN_BEAM,
                    _ => f32::NEG_INFINITY,
                };
                // No word is likelier than certain.
                if ln_before < ln_floor {
                    break;
                }
                let mut ln_probability = ln_before;
                if let Some(symbol) = edge.symbols[0] {
                    let following = &space.following[state_idx];
                    let pairs = &mut space.pairs;
                    ln_probability += n_grams.ln_probability(following, symbol, pairs);
                    if let Some(second) = edge.symbols[1]
                        && ln_probability >= ln_floor
                    {
                        let between = n_grams.context_behind(following, symbol, pairs);
                        let following = n_grams.following(&between);
                        ln_probability += n_grams.ln_probability(&following, second, pairs);
                    }
                }
                if ln_probability < ln_floor {
                    if state_idx == 0 && ln_probability < ln_best - LN_HOPELESS {
                        break;
                    }
                    continue;
                }
                if edge.n_atoms == 1 {
                    ln_best = ln_best.max(ln_probability);
                }
                arriving.push(Arrival {
                    ln_probability,
                    back: Step {
                        atom_idx: atom_idx as u32,
                        edge_idx: edge_idx as u32,
                        state_idx: state_idx as u32,
                    },
                });
            }
        }
    }

    /// Of what arrived at the next atom keeps the likeliest, one for each context.
    fn keep_best(&mut self) {
        let mut arrived = std::mem::take(&mut self.space.arriving[0]);
        let ln_floor = ln_best_of(&arrived) - LN_BEAM;
        arrived.retain(|arrival| arrival.ln_probability >= ln_floor);
        // Ties broken by where a state came from, so that the result is always the
        // same.
        arrived.sort_unstable_by(|a, b| {
            b.ln_probability
                .total_cmp(&a.ln_probability)
                .then(a.back.cmp(&b.back))
        });
        let first = self.space.states.len();
        for arrival in arrived.drain(..) {
            let context = self.context_behind(&arrival.back);
            let kept = &self.space.states[first..];
            if kept.iter().any(|known| known.context == context) {
                continue;
            }
            let is_last = kept.len() + 1 == MAX_STATES;
            self.space.states.push(State {
                ln_probability: arrival.ln_probability,
                context,
                back: arrival.back,
            });
            if is_last {
                break;
            }
        }
        self.space.first_states.push(self.space.states.len());
        self.space.arriving[0] = arrived;
        self.space.arriving.swap(0, 1);
    }

    fn context_behind(&mut self, step: &Step) -> Context {
        let mut context = self.states(step.atom_idx as usize)[step.state_idx as usize].context;
        for symbol in self.edge(step).symbols.into_iter().flatten() {
            let following = self.n_grams.following(&context);
            let pairs = &mut self.space.pairs;
            context = self.n_grams.context_behind(&following, symbol, pairs);
        }
        context
    }

    /// Puts down the steps of the likeliest way, in order; gives the context
    /// behind it.
    fn trace_back(&mut self) -> Context {
        let mut steps = std::mem::take(&mut self.space.steps);
        steps.clear();
        let mut atom_idx = self.lattice.n_atoms();
        let mut state_idx = 0;
        let behind = self
            .states(atom_idx)
            .first()
            .map_or_else(|| self.n_grams.beginning(), |state| state.context);
        while atom_idx > 0 {
            // Every atom has an edge of its own, so that a state is always there.
            let Some(state) = self.states(atom_idx).get(state_idx) else {
                break;
            };
            steps.push(state.back);
            atom_idx = state.back.atom_idx as usize;
            state_idx = state.back.state_idx as usize;
        }
        steps.reverse();
        self.space.steps = steps;
        behind
    }

    fn edge(&self, step: &Step) -> Edge {
        self.lattice.edges(step.atom_idx as usize)[step.edge_idx as usize]
    }

    /// A step weighed against its rivals with the rest of the way held fixed.
    fn chosen(&mut self, steps: &[Step], step_idx: usize) -> Chosen {
        let lattice = self.lattice;
        let step = &steps[step_idx];
        let chosen = self.edge(step);
        let atom_idx = step.atom_idx as usize;
        let rivals = lattice.edges(atom_idx);
        let mut posterior = 1.0;
        if rivals.len() > 1 {
            let before = self.states(atom_idx)[step.state_idx as usize].context;
            let before = self.n_grams.following(&before);
            let behind = &steps[step_idx + 1..steps.len().min(step_idx + 1 + N_FOLLOWING)];
            let mut own = [0.0f32; N_FOLLOWING + 1];
            let ln_own = self.way_on(&chosen, behind, &before, |at, ln| {
                own[at] = ln;
                true
            });
            let mut others = 0.0;
            for (edge_idx, rival) in rivals.iter().enumerate() {
                // A rival far behind on the way is left there.
                if edge_idx == step.edge_idx as usize
                    || rival.n_atoms != chosen.n_atoms
                    || rival.ln_channel <= own[0] - LN_RIVAL
                {
                    continue;
                }
                let ln_rival =
                    self.way_on(rival, behind, &before, |at, ln| ln > own[at] - LN_RIVAL);
                others += ln_rival.map_or(0.0, |ln_rival| (ln_rival - ln_own.unwrap_or(0.0)).exp());
            }
            posterior = 1.0 / (1.0 + others);
        }
        Chosen {
            atom_idx,
            edge: chosen,
            posterior,
        }
    }

    /// How likely `edge` and the steps behind it are, natural logarithm;
    /// `goes_on` is told at each how likely the way is up to it, and may give up.
    fn way_on(
        &mut self,
        edge: &Edge,
        behind: &[Step],
        before: &Following,
        mut goes_on: impl FnMut(usize, f32) -> bool,
    ) -> Option<f32> {
        let mut ln_probability = edge.ln_channel;
        let mut following = *before;
        for at in 0..=behind.len() {
            let next = match at {
                0 => *edge,
                _ => self.edge(&behind[at - 1]),
            };
            let [first, second] = next.symbols;
            for symbol in [first, second].into_iter().flatten() {
                let pairs = &mut self.space.pairs;
                ln_probability += self.n_grams.ln_probability(&following, symbol, pairs);
                if !goes_on(at, ln_probability) {
                    return None;
                }
                if at < behind.len() || second.is_some() {
                    let context = self.n_grams.context_behind(&following, symbol, pairs);
                    following = self.n_grams.following(&context);
                }
            }
        }
        Some(ln_probability)
    }
}

fn ln_best_of(arrivals: &[Arrival]) -> f32 {
    arrivals
        .iter()
        .map(|arrival| arrival.ln_probability)
        .fold(f32::NEG_INFINITY, f32::max)
}
