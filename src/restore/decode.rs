//! The likeliest way through a lattice, and how sure each step is.
//!
//! Most of the time goes with waiting for the memory, since every n-gram stands
//! somewhere else and each step waits for the one before. So several lattices are
//! worked through abreast: while the memory looks for what one asked for, the
//! others work.

use super::lattice::{Edge, Lattice};
use super::model::{Context, Following, Found, NGrams, PairMemory, Sought};
use std::ops::Range;

/// The reading that was chosen for one atom or two.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen {
    pub atom_idx: usize,
    pub edge: Edge,
    /// Probability among the readings of the same atoms, the others' choice given.
    pub posterior: f32,
}

/// Lattices that are worked through abreast.
pub(super) const MAX_ABREAST: usize = 4;
/// From so many atoms before its end it is told what a lattice ends with.
const N_ATOMS_OF_END: usize = 12;
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

/// A lattice to decode.
#[derive(Clone, Copy)]
pub(super) struct Task<'l> {
    pub lattice: &'l Lattice,
    /// What stands before; `None` where that is the task before.
    pub before: Option<Context>,
}

/// Buffers that outlive one decoding, and the bigrams found before.
#[derive(Default)]
pub(super) struct Workspace {
    pairs: PairMemory,
    benches: [Bench; MAX_ABREAST],
}

/// What is held of one lattice while it is decoded.
#[derive(Default)]
struct Bench {
    /// Of all atoms one behind the other.
    states: Vec<State>,
    /// Where the states of each atom begin; one more than atoms.
    first_states: Vec<usize>,
    following: Vec<Following>,
    ways: Ways,
    /// What arrives at the next atom and at the one after it.
    arriving: [Vec<Arrival>; 2],
    steps: Vec<Step>,
}

/// What one atom is worked on with.
struct Stage<'b> {
    /// Its states.
    states: &'b [State],
    /// What may follow each of them.
    following: &'b [Following],
    ways: &'b mut Ways,
    arriving: &'b mut [Vec<Arrival>; 2],
}

/// What the n-grams say of the edges of one atom behind its states.
#[derive(Default)]
struct Ways {
    n_edges: usize,
    /// The first symbol of each edge.
    sought: Vec<Sought>,
    /// Of each edge behind each state, those of one state together.
    found: Vec<Found>,
    /// How likely each of them is, natural logarithm; at first without its n-grams.
    /// Minus infinity where the beam cuts it off anyway.
    ln_ways: Vec<f32>,
    /// How likely each edge must be behind the states other than the first, its
    /// n-grams left out, natural logarithm.
    limits: Vec<f32>,
    /// The edges that are looked for behind one state.
    asked: Vec<u16>,
}

/// Finds the likeliest reading of every atom of each lattice, in order, and the
/// context behind the last. At most [`MAX_ABREAST`] tasks, of which the first has
/// its context.
pub(super) fn decode(
    n_grams: &NGrams,
    tasks: &[Task],
    certainty: Certainty,
    workspace: &mut Workspace,
) -> Vec<(Vec<Chosen>, Context)> {
    let Workspace { pairs, benches } = workspace;
    let mut befores: Vec<Context> = tasks
        .iter()
        .map(|task| task.before.unwrap_or_else(|| n_grams.beginning()))
        .collect();
    // What a task ends with shows in its last words nearly always.
    let mut ends: Vec<Decoder> = (1..tasks.len())
        .filter(|&task_idx| tasks[task_idx].before.is_none())
        .zip(benches.iter_mut())
        .map(|(task_idx, bench)| {
            let before = &tasks[task_idx - 1];
            let n_atoms = before.lattice.n_atoms();
            let range = n_atoms.saturating_sub(N_ATOMS_OF_END)..n_atoms;
            let beginning = match range.start {
                0 => befores[task_idx - 1],
                _ => n_grams.beginning(),
            };
            Decoder::new(n_grams, before.lattice, range, beginning, bench)
        })
        .collect();
    run(&mut ends, pairs);
    let mut guessed = ends.iter().map(Decoder::behind);
    for (before, task) in befores.iter_mut().zip(tasks).skip(1) {
        if task.before.is_none()
            && let Some(behind) = guessed.next()
        {
            *before = behind;
        }
    }
    drop(guessed);
    drop(ends);
    let mut decoders: Vec<Decoder> = tasks
        .iter()
        .zip(benches)
        .zip(&befores)
        .map(|((task, bench), &before)| {
            let whole = 0..task.lattice.n_atoms();
            Decoder::new(n_grams, task.lattice, whole, before, bench)
        })
        .collect();
    run(&mut decoders, pairs);
    let mut behind = None;
    let mut decoded = Vec::with_capacity(tasks.len());
    for ((task, decoder), guess) in tasks.iter().zip(&mut decoders).zip(befores) {
        if task.before.is_none()
            && let Some(before) = behind
            && before != guess
        {
            decoder.begin(before);
            run(std::slice::from_mut(decoder), pairs);
        }
        let chosen = decoder.chosen(certainty, pairs);
        let behind_this = decoder.behind();
        behind = Some(behind_this);
        decoded.push((chosen, behind_this));
    }
    decoded
}

/// Works through all atoms of some lattices, one of each at a time.
fn run<'a>(decoders: &mut [Decoder<'a>], pairs: &mut PairMemory) {
    let n_atoms = decoders.iter().map(|decoder| decoder.range.len()).max();
    for at in 0..n_atoms.unwrap_or(0) {
        let mut decoders: [Option<&mut Decoder<'a>>; MAX_ABREAST] = {
            let mut going = decoders
                .iter_mut()
                .filter(|decoder| at < decoder.range.len());
            std::array::from_fn(|_| going.next())
        };
        let mut each = |work: fn(&mut Decoder<'a>, usize, &mut PairMemory)| {
            for decoder in decoders.iter_mut().flatten() {
                work(decoder, decoder.range.start + at, pairs);
            }
        };
        each(Decoder::follow);
        each(Decoder::find_behind_first);
        each(Decoder::find_behind_others);
        each(Decoder::weigh_ways_on);
        each(Decoder::keep_best);
    }
}

struct Decoder<'a> {
    n_grams: &'a NGrams<'a>,
    lattice: &'a Lattice,
    /// The atoms that are decoded.
    range: Range<usize>,
    bench: &'a mut Bench,
}

impl<'a> Decoder<'a> {
    fn new(
        n_grams: &'a NGrams,
        lattice: &'a Lattice,
        range: Range<usize>,
        before: Context,
        bench: &'a mut Bench,
    ) -> Self {
        let mut decoder = Self {
            n_grams,
            lattice,
            range,
            bench,
        };
        decoder.begin(before);
        decoder
    }

    fn begin(&mut self, before: Context) {
        let bench = &mut *self.bench;
        bench.states.clear();
        bench.first_states.clear();
        bench.arriving.iter_mut().for_each(Vec::clear);
        bench.states.push(State {
            ln_probability: 0.0,
            context: before,
            back: Step {
                atom_idx: 0,
                edge_idx: 0,
                state_idx: 0,
            },
        });
        bench.first_states.extend([0, 1]);
    }

    fn states(&self, atom_idx: usize) -> &[State] {
        self.bench.states(atom_idx - self.range.start)
    }

    /// Looks up what may follow each state, and asks for what is read to find the
    /// edges there.
    fn follow(&mut self, atom_idx: usize, pairs: &mut PairMemory) {
        let n_grams = self.n_grams;
        let bench = &mut *self.bench;
        let edges = self.lattice.edges(atom_idx);
        let here = bench.newest();
        let ways = &mut bench.ways;
        ways.n_edges = edges.len();
        ways.sought.clear();
        let symbols = edges.iter().filter_map(|edge| edge.symbols[0]);
        ways.sought
            .extend(symbols.map(|symbol| n_grams.sought(symbol)));
        bench.following.clear();
        for state in &bench.states[here] {
            let following = n_grams.following(&state.context);
            n_grams.expect_find(&following, &ways.sought, pairs);
            bench.following.push(following);
        }
    }

    /// Finds the edges behind the likeliest state.
    fn find_behind_first(&mut self, atom_idx: usize, pairs: &mut PairMemory) {
        let edges = self.lattice.edges(atom_idx);
        let Stage {
            states,
            following,
            ways,
            arriving,
        } = self.bench.stage();
        let n_ways = edges.len() * following.len();
        ways.found.clear();
        ways.found.resize(n_ways, Found::NOTHING);
        ways.ln_ways.clear();
        ways.ln_ways.resize(n_ways, f32::NEG_INFINITY);
        let ln_floor = ln_best_of(&arriving[0]) - LN_BEAM;
        ways.limits.clear();
        ways.limits
            .extend(edges.iter().map(|edge| match edge.n_atoms {
                1 => ln_floor,
                _ => f32::NEG_INFINITY,
            }));
        ways.find(self.n_grams, 0, &states[0], &following[0], edges, pairs);
    }

    /// Weighs what was found there, and finds behind the other states those edges
    /// that the beam does not cut off in any case.
    fn find_behind_others(&mut self, atom_idx: usize, pairs: &mut PairMemory) {
        let n_grams = self.n_grams;
        let edges = self.lattice.edges(atom_idx);
        let Stage {
            states,
            following,
            ways,
            arriving,
        } = self.bench.stage();
        ways.weigh(n_grams, 0, &following[0]);
        if states.len() == 1 {
            return;
        }
        ways.limit(ln_best_of(&arriving[0]), edges);
        for (state_idx, (state, following)) in states.iter().zip(following).enumerate().skip(1) {
            ways.find(n_grams, state_idx, state, following, edges, pairs);
        }
    }

    /// Weighs every edge of an atom behind every state there.
    fn weigh_ways_on(&mut self, atom_idx: usize, pairs: &mut PairMemory) {
        let n_grams = self.n_grams;
        let edges = self.lattice.edges(atom_idx);
        let Stage {
            states,
            following,
            ways,
            arriving,
        } = self.bench.stage();
        for (state_idx, following) in following.iter().enumerate().skip(1) {
            ways.weigh(n_grams, state_idx, following);
        }
        // Of what arrives at the next atom.
        let mut ln_best = ln_best_of(&arriving[0]);
        for (edge_idx, edge) in edges.iter().enumerate() {
            let arriving = &mut arriving[usize::from(edge.n_atoms) - 1];
            for state_idx in 0..states.len() {
                let ln_floor = match edge.n_atoms {
                    1 => ln_best - LN_BEAM,
                    _ => f32::NEG_INFINITY,
                };
                let way_idx = state_idx * edges.len() + edge_idx;
                let mut ln_probability = ways.ln_ways[way_idx];
                if let [Some(first), Some(second)] = edge.symbols
                    && ln_probability >= ln_floor
                {
                    let between = n_grams.context_of(first, &ways.found[way_idx]);
                    let following = n_grams.following(&between);
                    ln_probability += n_grams.ln_probability(&following, second, pairs);
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
        sort_best(&mut arriving[0]);
        for arrival in arriving[0].iter().take(MAX_STATES) {
            if arrival.back.atom_idx as usize == atom_idx {
                n_grams.expect_context(ways.found_at(&arrival.back));
            }
        }
    }

    /// Of what arrived at the next atom keeps the likeliest, one for each context.
    fn keep_best(&mut self, atom_idx: usize, pairs: &mut PairMemory) {
        let mut arrived = std::mem::take(&mut self.bench.arriving[0]);
        let first = self.bench.states.len();
        for arrival in arrived.drain(..) {
            let step = &arrival.back;
            let context = match self.edge(step).symbols {
                [Some(symbol), None] if step.atom_idx as usize == atom_idx => {
                    let found = self.bench.ways.found_at(step);
                    self.n_grams.context_of(symbol, found)
                }
                _ => self.context_behind(step, pairs),
            };
            let kept = &self.bench.states[first..];
            if kept.iter().any(|known| known.context == context) {
                continue;
            }
            self.n_grams.expect_following(&context);
            let is_last = kept.len() + 1 == MAX_STATES;
            self.bench.states.push(State {
                ln_probability: arrival.ln_probability,
                context,
                back: arrival.back,
            });
            if is_last {
                break;
            }
        }
        self.bench.first_states.push(self.bench.states.len());
        self.bench.arriving[0] = arrived;
        self.bench.arriving.swap(0, 1);
    }

    fn context_behind(&self, step: &Step, pairs: &mut PairMemory) -> Context {
        let mut context = self.states(step.atom_idx as usize)[step.state_idx as usize].context;
        for symbol in self.edge(step).symbols.into_iter().flatten() {
            let following = self.n_grams.following(&context);
            context = self.n_grams.context_behind(&following, symbol, pairs);
        }
        context
    }

    /// The context behind the likeliest way.
    fn behind(&self) -> Context {
        self.states(self.range.end)
            .first()
            .map_or_else(|| self.n_grams.beginning(), |state| state.context)
    }

    /// The readings of the likeliest way, in order.
    fn chosen(&mut self, certainty: Certainty, pairs: &mut PairMemory) -> Vec<Chosen> {
        let mut steps = std::mem::take(&mut self.bench.steps);
        self.trace_back(&mut steps);
        let chosen = (0..steps.len())
            .map(|step_idx| match certainty {
                Certainty::Weighed => self.weighed(&steps, step_idx, pairs),
                Certainty::Unasked => Chosen {
                    atom_idx: steps[step_idx].atom_idx as usize,
                    edge: self.edge(&steps[step_idx]),
                    posterior: 1.0,
                },
            })
            .collect();
        self.bench.steps = steps;
        chosen
    }

    /// Puts down the steps of the likeliest way, in order.
    fn trace_back(&self, steps: &mut Vec<Step>) {
        steps.clear();
        let mut atom_idx = self.range.end;
        let mut state_idx = 0;
        while atom_idx > self.range.start {
            // Every atom has an edge of its own, so that a state is always there.
            let Some(state) = self.states(atom_idx).get(state_idx) else {
                break;
            };
            steps.push(state.back);
            atom_idx = state.back.atom_idx as usize;
            state_idx = state.back.state_idx as usize;
        }
        steps.reverse();
    }

    fn edge(&self, step: &Step) -> Edge {
        self.lattice.edges(step.atom_idx as usize)[step.edge_idx as usize]
    }

    /// A step weighed against its rivals with the rest of the way held fixed.
    fn weighed(&self, steps: &[Step], step_idx: usize, pairs: &mut PairMemory) -> Chosen {
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
            let ln_own = self.way_on(&chosen, behind, &before, pairs, |at, ln| {
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
                let ln_rival = self.way_on(rival, behind, &before, pairs, |at, ln| {
                    ln > own[at] - LN_RIVAL
                });
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
        &self,
        edge: &Edge,
        behind: &[Step],
        before: &Following,
        pairs: &mut PairMemory,
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

impl Bench {
    /// Which states are those of the atom that is worked on, the last that has any.
    fn newest(&self) -> Range<usize> {
        self.first_states[self.first_states.len() - 2]..self.states.len()
    }

    fn stage(&mut self) -> Stage<'_> {
        let newest = self.newest();
        Stage {
            states: &self.states[newest],
            following: &self.following,
            ways: &mut self.ways,
            arriving: &mut self.arriving,
        }
    }

    fn states(&self, at: usize) -> &[State] {
        &self.states[self.first_states[at]..self.first_states[at + 1]]
    }
}

impl Ways {
    fn found_at(&self, step: &Step) -> &Found {
        &self.found[step.state_idx as usize * self.n_edges + step.edge_idx as usize]
    }

    /// Finds those edges behind a state that keep to their limits.
    fn find(
        &mut self,
        n_grams: &NGrams,
        state_idx: usize,
        state: &State,
        following: &Following,
        edges: &[Edge],
        pairs: &mut PairMemory,
    ) {
        self.asked.clear();
        let own = state_idx * self.n_edges..(state_idx + 1) * self.n_edges;
        let ways = self.ln_ways[own.clone()].iter_mut().zip(&self.limits);
        for (edge_idx, (edge, (ln_way, &limit))) in edges.iter().zip(ways).enumerate() {
            let ln_before = state.ln_probability + edge.ln_channel;
            if ln_before >= limit {
                *ln_way = ln_before;
                self.asked.push(edge_idx as u16);
            }
        }
        // An edge without a symbol stands alone.
        if self.sought.len() == edges.len() {
            let found = &mut self.found[own];
            n_grams.find(following, &self.sought, &self.asked, pairs, found);
        }
    }

    /// Weighs what was found behind a state.
    fn weigh(&mut self, n_grams: &NGrams, state_idx: usize, following: &Following) {
        let own = state_idx * self.n_edges..(state_idx + 1) * self.n_edges;
        let ways = self.ln_ways[own.clone()].iter_mut().zip(&self.found[own]);
        for (sought, (ln_way, found)) in self.sought.iter().zip(ways) {
            if *ln_way > f32::NEG_INFINITY {
                *ln_way += n_grams.ln_of(following, sought, found);
            }
        }
    }

    /// From what is said of the edges behind the likeliest state, how likely they
    /// must be behind the others.
    fn limit(&mut self, ln_arrived: f32, edges: &[Edge]) {
        let mut ln_best = ln_arrived;
        self.limits.clear();
        for (edge, &ln_way) in edges.iter().zip(&self.ln_ways) {
            let mut ln_limit = f32::NEG_INFINITY;
            if edge.n_atoms == 1 {
                if edge.symbols[1].is_none() {
                    if ln_way < ln_best - LN_HOPELESS {
                        ln_limit = f32::INFINITY;
                    }
                    ln_best = ln_best.max(ln_way);
                }
                ln_limit = ln_limit.max(ln_best - LN_BEAM);
            }
            self.limits.push(ln_limit);
        }
    }
}

/// Leaves what the beam keeps, the likeliest first. Ties are broken by where a way
/// came from, so that the result is always the same.
fn sort_best(arrived: &mut Vec<Arrival>) {
    let ln_floor = ln_best_of(arrived) - LN_BEAM;
    arrived.retain(|arrival| arrival.ln_probability >= ln_floor);
    arrived.sort_unstable_by(|a, b| {
        b.ln_probability
            .total_cmp(&a.ln_probability)
            .then(a.back.cmp(&b.back))
    });
}

fn ln_best_of(arrivals: &[Arrival]) -> f32 {
    arrivals
        .iter()
        .map(|arrival| arrival.ln_probability)
        .fold(f32::NEG_INFINITY, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restore::lattice::Written;
    use crate::restore::model::{Model, Symbol};
    use crate::restore::restorer::EMBEDDED_MODEL;

    /// A lattice of words drawn from the frequent ones, each with all its readings.
    fn lattice(model: &Model, n_atoms: usize, random: &mut impl FnMut(usize) -> usize) -> Lattice {
        let mut lattice = Lattice::default();
        lattice.begin(false);
        for token_idx in 0..n_atoms {
            let word = model.words.text((random(600) + 3) as Symbol);
            let symbols = model.words.with_folded(&crate::vietnamese::fold(word));
            let edges: Vec<Edge> = symbols
                .iter()
                .map(|&symbol| Edge::one(symbol, Written::Marked, -(random(30) as f32) / 10.0))
                .collect();
            lattice.push(token_idx, 0..0, &edges);
        }
        lattice
    }

    #[test]
    fn abreast_lattices_give_what_each_gives_behind_the_other() {
        let model = Model::embedded(EMBEDDED_MODEL).expect("the embedded model is whole");
        let n_grams = model.n_grams();
        let mut seed = 7u32;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as usize % below
        };
        let mut workspace = Workspace::default();
        let mut n_other_contexts = 0;
        for n_tasks in (1..=MAX_ABREAST).cycle().take(120) {
            let lattices: Vec<Lattice> = (0..n_tasks)
                .map(|_| {
                    let n_atoms = random(40);
                    lattice(&model, n_atoms, &mut random)
                })
                .collect();
            let tasks: Vec<Task> = lattices
                .iter()
                .enumerate()
                .map(|(task_idx, lattice)| Task {
                    lattice,
                    before: (task_idx % 3 == 0).then(|| n_grams.beginning()),
                })
                .collect();
            let abreast = decode(&n_grams, &tasks, Certainty::Weighed, &mut workspace);
            let mut before = n_grams.beginning();
            for (task, (chosen, behind)) in tasks.iter().zip(abreast) {
                let alone = Task {
                    lattice: task.lattice,
                    before: Some(task.before.unwrap_or(before)),
                };
                let mut decoded = decode(
                    &n_grams,
                    &[alone],
                    Certainty::Weighed,
                    &mut Workspace::default(),
                );
                let (expected, expected_behind) = decoded.remove(0);
                assert_eq!(format!("{chosen:?}"), format!("{expected:?}"));
                assert_eq!(behind, expected_behind);
                n_other_contexts += usize::from(behind != n_grams.beginning());
                before = behind;
            }
        }
        assert!(n_other_contexts > 100);
    }
}
