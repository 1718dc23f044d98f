"""Commands: building and checking, arm and fire, the queue, and the stages of each command's life."""
