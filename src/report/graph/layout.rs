//! Where the objects of a picture stand: in columns from left to right, by Sugiyama's method.

use crate::text::hash::HashMap;
use rust_sugiyama::configure::Config;
use rust_sugiyama::from_vertices_and_edges;
use serde::Serialize;

/// The size of an object, and what is between two of them, in pixels.
const WIDTH: i32 = 224;
const HEIGHT: i32 = 58;
const BESIDE: i32 = 206;
const BELOW: f64 = 22.0;

/// The layouts that pictures have. Most pictures are of one of a few shapes, whatever their objects
/// are called.
#[derive(Default)]
pub(super) struct Layouts {
    pub(super) all: Vec<Layout>,
    known: HashMap<(usize, Vec<(u32, u32)>), usize>,
}

/// Where objects stand.
#[derive(Serialize, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    width: i32,
    height: i32,
    /// The upper left corner of each.
    places: Vec<(i32, i32)>,
}

impl Layouts {
    /// The position of the layout for so many objects with these edges.
    pub(super) fn of(&mut self, count: usize, edges: Vec<(u32, u32)>) -> usize {
        let all = &mut self.all;
        let key = (count, edges);
        if let Some(at) = self.known.get(&key) {
            return *at;
        }
        all.push(Layout::of(count, &key.1));
        self.known.insert(key, all.len() - 1);
        all.len() - 1
    }
}

impl Layout {
    fn of(count: usize, edges: &[(u32, u32)]) -> Self {
        let columns = columns(count, edges);
        let rows = rows(count, edges);
        let top = rows.iter().copied().min().unwrap_or_default();
        let places = columns.iter().zip(&rows);
        let places: Vec<(i32, i32)> = places
            .map(|(column, row)| (column * (WIDTH + BESIDE), row - top))
            .collect();
        let right = places.iter().map(|(x, _)| x + WIDTH).max();
        let bottom = places.iter().map(|(_, y)| y + HEIGHT).max();
        Self {
            width: right.unwrap_or_default(),
            height: bottom.unwrap_or_default(),
            places,
        }
    }
}

/// The column of each object: one behind the last of those that lead to it.
fn columns(count: usize, edges: &[(u32, u32)]) -> Vec<i32> {
    let mut columns = vec![0; count];
    // No way is longer than there are objects, and none leads back.
    for _ in 0..count {
        let mut is_done = true;
        for (from, to) in edges {
            let behind = columns[*from as usize] + 1;
            let own = &mut columns[*to as usize];
            if *own < behind {
                *own = behind;
                is_done = false;
            }
        }
        if is_done {
            break;
        }
    }
    columns
}

/// How far down each object stands. Parts that nothing links stand below each other.
fn rows(count: usize, edges: &[(u32, u32)]) -> Vec<i32> {
    let config = Config {
        vertex_spacing: BELOW,
        dummy_size: 0.5,
        ..Config::default()
    };
    let size = (f64::from(HEIGHT), f64::from(HEIGHT));
    let vertices: Vec<(u32, (f64, f64))> = (0..count as u32).map(|at| (at, size)).collect();
    let mut rows = vec![0; count];
    let mut below = 0.0;
    for (part, width, _) in from_vertices_and_edges(&vertices, edges, &config) {
        let first = part
            .iter()
            .map(|(_, (x, _))| *x)
            .fold(f64::INFINITY, f64::min);
        for (at, (x, _)) in part {
            rows[at] = (below + x - first).round() as i32;
        }
        below += width + BELOW;
    }
    rows
}
