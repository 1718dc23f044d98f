"""Compute-payload supervision: node states, jobs and checkpoints, power caps under the smaller grant."""
