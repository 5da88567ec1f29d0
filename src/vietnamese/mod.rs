//! The Vietnamese language: syllables, tones, folding, normal forms.
