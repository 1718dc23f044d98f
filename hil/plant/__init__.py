"""The simulated satellite ODC-100 and its world. Imports nothing of dawndusk outside this folder."""
