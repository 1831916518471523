"""The program. The command line is loaded in here, so that a Ctrl-C while it loads ends like any other."""

import sys


def main() -> int:
    """The exit code of the command; 130 where it was interrupted before it began."""
    try:
        from migrate.cli import main as run

        return run()
    except KeyboardInterrupt:
        return interrupted()


def interrupted() -> int:
    """Nothing was begun, so nothing is left."""
    from migrate.errors import Problem, render

    if sys.stderr is not None:
        sys.stderr.write(f"{render(Problem('E-INTERRUPTED'), 'ja')}\n")
    return 130


if __name__ == "__main__":
    raise SystemExit(main())
