"""The command ``brochure``: a build with nothing to do ends before anything heavy is imported."""

import sys


def main() -> None:
    """Run the command line."""
    if sys.argv[1:2] == ["build"]:
        from brochure.manifest import unchanged

        lines = unchanged(sys.argv[2:])
        if lines is not None:
            sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # Khmer on a Windows console
            print(*lines, sep="\n")
            return
    from brochure.cli import run

    run()


if __name__ == "__main__":
    main()
