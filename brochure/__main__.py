"""The command ``brochure``: a build with nothing to do ends before anything heavy is imported."""

import gc
import sys

gc.set_threshold(100_000, 20, 100)
"""Looking for circles among objects takes a tenth of a build's time, and what a build makes is freed without it."""


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
