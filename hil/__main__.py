"""The command `hil`; also `python -m hil`."""


def main() -> None:
    """Run the command line."""
    from hil.runner.commands import app

    app()


if __name__ == "__main__":
    main()
