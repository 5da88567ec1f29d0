//! Positions on a page image, shared by every stage that speaks of places.

use serde::{Deserialize, Serialize};

/// A rectangle on a page image, in pixels of that image; the origin is the top
/// left corner, `right_px` and `bottom_px` are the first column and row outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BoundingBox {
    pub left_px: u32,
    pub top_px: u32,
    pub right_px: u32,
    pub bottom_px: u32,
}

impl BoundingBox {
    /// A box from its four borders; borders given in the wrong order are swapped.
    pub fn new(left_px: u32, top_px: u32, right_px: u32, bottom_px: u32) -> Self {
        Self {
            left_px: left_px.min(right_px),
            top_px: top_px.min(bottom_px),
            right_px: left_px.max(right_px),
            bottom_px: top_px.max(bottom_px),
        }
    }

    pub fn width_px(&self) -> u32 {
        self.right_px - self.left_px
    }

    pub fn height_px(&self) -> u32 {
        self.bottom_px - self.top_px
    }

    /// The middle of the box, horizontally, in pixels.
    pub fn center_x_px(&self) -> u32 {
        self.left_px + self.width_px() / 2
    }

    /// The middle of the box, vertically, in pixels.
    pub fn center_y_px(&self) -> u32 {
        self.top_px + self.height_px() / 2
    }

    /// Whether the middle of another box lies inside this one.
    pub fn contains_center_of(&self, other: &Self) -> bool {
        (self.left_px..self.right_px).contains(&other.center_x_px())
            && (self.top_px..self.bottom_px).contains(&other.center_y_px())
    }

    /// The smallest box that holds both.
    pub fn union(&self, other: &Self) -> Self {
        Self {
            left_px: self.left_px.min(other.left_px),
            top_px: self.top_px.min(other.top_px),
            right_px: self.right_px.max(other.right_px),
            bottom_px: self.bottom_px.max(other.bottom_px),
        }
    }

    /// The smallest box that holds all of `boxes`; `None` when there are none.
    pub fn enclosing(boxes: impl IntoIterator<Item = Self>) -> Option<Self> {
        boxes.into_iter().reduce(|a, b| a.union(&b))
    }
}

/// A straight ruling line on a page image, from one end to the other, in pixels
/// of that image: level lines from left to right, upright ones from top to
/// bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RulingLine {
    pub from_x_px: u32,
    pub from_y_px: u32,
    pub to_x_px: u32,
    pub to_y_px: u32,
}

impl RulingLine {
    /// Whether it runs across the image rather than down it.
    pub fn is_level(&self) -> bool {
        self.from_x_px.abs_diff(self.to_x_px) > self.from_y_px.abs_diff(self.to_y_px)
    }
}
