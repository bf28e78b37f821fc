"""The command line: parse, call, print. No logic stands here.

    options   what several commands take        output    what they print
    build     build, check, list, doctor        new       init, new
    print     print                             preflight preflight
    catalog   catalog extract, status, sign, diff       translation   catalog check, update, receive, export, import
    schools   schools check, build, run                 mail      mail check, draft
    sending   mail send, status, report, resolve, bounces     serve     serve
"""

import atexit
import gc
import os
import signal
import sys
import traceback

import click

from brochure import __version__
from brochure.cli import build, catalog, mail, new, preflight, schools, sending, serve, translation, weblate
from brochure.cli import print as printing
from brochure.cli.output import complain, print_json
from brochure.errors import BrochureError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="brochure")
def cli() -> None:
    """Make printable career brochures in many languages."""


for command in (build.build, build.check, build.list_, build.doctor, new.init, new.new, catalog.catalog,
                preflight.preflight, printing.print_, schools.schools, mail.mail, serve.serve):
    cli.add_command(command)
for command in (translation.check, translation.update, translation.receive, translation.export, translation.import_,
                weblate.screenshots):
    catalog.catalog.add_command(command)
for command in (sending.send, sending.status, sending.report_, sending.resolve, sending.bounces):
    mail.mail.add_command(command)


def _obey() -> list[int]:
    """Let the signals that end a program, or hang up its terminal, do what Ctrl-C does; the list has the one that came."""
    told = list[int]()

    def end(number: int, _: object) -> None:
        told.append(number)
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:  # nohup has it ignored
            signal.signal(number, end)
    return told


def run() -> None:
    """Run the command line and turn every error into one sentence and its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # Khmer on a Windows console
    gc.set_threshold(100_000, 20, 100)  # to look for circles among objects takes a tenth of the time, and finds few
    atexit.register(gc.freeze)  # nor at the end, where all memory goes back at once: what WeasyPrint holds would take 0.15 s
    told = _obey()
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("stopped; what was finished is whole, and the rest is as it was", err=True)
        sys.exit(128 + (told[0] if told else signal.SIGINT))
    except BrochureError as error:
        if "--json" in sys.argv:
            print_json({"files": [], "problems": [problem.as_json() for problem in error.problems]})
        else:
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
