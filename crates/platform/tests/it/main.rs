//! The parts that programs are made of.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod tenant_models;
