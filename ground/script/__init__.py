"""What operators write: the same verbs in a procedure of a simulated run and against a running loop."""
