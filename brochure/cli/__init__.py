"""The command line: parse, call, print. No logic stands here.

    options   what several commands take        output    what they print
    build     build, check, list, doctor        new       init, new
    catalog   extract and the rest of the work with catalogs
"""

import os
import sys
import traceback

import click

from brochure import __version__
from brochure.cli import build, catalog, new
from brochure.cli.output import complain
from brochure.errors import BrochureError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="brochure")
def cli() -> None:
    """Make printable career brochures in many languages."""


for command in (build.build, build.check, build.list_, build.doctor, new.init, new.new, catalog.catalog):
    cli.add_command(command)


def run() -> None:
    """Run the command line and turn every error into one sentence and its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # Khmer on a Windows console
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("stopped; what was finished is whole, and the rest is as it was", err=True)
        sys.exit(130)
    except BrochureError as error:
        complain(error.problems)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Whoever read our output has gone, as in "brochure list | head": that is no failure of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        click.echo(f"error: brochure itself failed, please report this: {type(error).__name__}: {error} "
                   f"({os.path.basename(place.filename)}:{place.lineno})", err=True)  # noqa: PTH119  # a name, not a path
        sys.exit(1)
