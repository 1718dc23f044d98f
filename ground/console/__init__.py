"""The command-line console: what the command ``ground`` shows."""
