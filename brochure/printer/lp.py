"""Lp: the printers of this computer, through CUPS' commands; no shell, and no option that a printer's default could change."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from brochure.errors import OutputError, Problem, SetupError, UsageError
from brochure.printer.ticket import ONE_SIDED, Ticket

PATIENCE = 60
"""Seconds that a command may take: looking for printers in the network takes some."""

OPTION = re.compile(r"^([^/\s]+)(?:/[^:]*)?: (.*)$", re.M)
"""A line of ``lpoptions -l``: keyword, its name for people, choices; the default has a star."""

DUPLEX = frozenset({"Duplex", "JCLDuplex", "EFDuplex", "EFDuplexing", "KD03Duplex"})
"""What printers' descriptions call the option of printing on both sides (as CUPS' own ppd-cache.c)."""

BOTH = frozenset({"DuplexNoTumble", "DuplexTumble", "LongEdge", "ShortEdge", "Top", "Bottom"})
"""Its choices that do print on both sides."""

DEFAULT = re.compile(r"^system default destination: (\S+)$", re.M)


@dataclass(frozen=True)
class Printer:
    """A printer: whether it prints on both sides, and on what paper; None where it does not say."""

    name: str
    duplex: bool | None = None
    papers: frozenset[str] | None = None

    def has(self, media: str) -> bool:
        """Whether it takes a paper, or does not say which it takes."""
        if self.papers is None or media in self.papers:
            return True
        return media.startswith("Custom.") and any(paper.startswith("Custom.") for paper in self.papers)

    def doubts(self, tickets: Sequence[Ticket]) -> tuple[Problem, ...]:
        """What it cannot do of that which the files ask for."""
        found = [Problem(self.name, f"does not name {ticket.paper} among its papers",
                         "choose another printer, or load the paper and set it at the printer itself", "warning")
                 for ticket in tickets if not self.has(ticket.media)]
        if self.duplex is False and any(ticket.sides != ONE_SIDED for ticket in tickets):
            found.append(Problem(self.name, "prints on one side only",
                                 "the fronts are printed first; then you turn the paper over and the backs follow", "warning"))
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Step:
    """One command; before it, paper that has been printed goes back into the tray if ``turn`` says so."""

    command: tuple[str, ...]
    turn: bool = False


def there() -> bool:
    """Whether this computer has CUPS' commands."""
    return shutil.which("lp") is not None


def choose(name: str | None) -> Printer:
    """The printer with this name, or else the default one, or else the only one.

    Raises UsageError for a name that is not there or left open, SetupError if there is no printer.
    """
    names = _run("lpstat", "-e").split()
    if not names:
        raise SetupError([Problem("printer", "no printer is set up on this computer",
                                  "add one in the system's settings; lpstat -e lists them")])
    if name is None:
        default = DEFAULT.search(_run("lpstat", "-d"))
        name = default[1] if default else names[0] if len(names) == 1 else None
    if name not in names:
        what = f"there is no printer {name!r}" if name else "there is more than one printer and none is the default"
        raise UsageError([Problem("printer", what, f"name one with --printer; there are: {', '.join(names)}")])
    return _described(name, _run("lpoptions", "-p", name, "-l"))


def plan(printer: Printer, ticket: Ticket, copies: int) -> tuple[Step, ...]:
    """The commands that print a file.

    A printer without duplex takes each sheet twice: all its fronts, then all its backs. Sheet by sheet, because then it
    does not matter in which order a printer stacks its paper.
    """
    if printer.duplex is not False or ticket.sides == ONE_SIDED:
        return (Step(_command(printer, ticket, copies, ticket.sides)),)
    return tuple(Step(_command(printer, ticket, copies, ONE_SIDED, page), page % 2 == 0)
                 for page in range(1, ticket.pages + 1))


def send(step: Step) -> str:
    """Run one command and return what it said; raise OutputError if the printer's queue refuses the file."""
    done = _call(step.command)
    if done.returncode:
        raise OutputError([Problem("printer", f"lp did not take the file: {(done.stderr or done.stdout).strip()}",
                                   "lpstat -t tells what the printer is doing")])
    return done.stdout.strip()


def _command(printer: Printer, ticket: Ticket, copies: int, sides: str, page: int | None = None) -> tuple[str, ...]:
    """Paper, sides and size always together: with one of them left to the printer's default, folds are 2 to 5 mm off."""
    options = (f"media={ticket.media}", f"sides={sides}", "print-scaling=none")
    pages = () if page is None else ("-P", str(page))
    return ("lp", "-d", printer.name, "-n", str(copies), *(word for option in options for word in ("-o", option)), *pages,
            "-t", ticket.title, "--", str(ticket.path))


def _described(name: str, text: str) -> Printer:
    options = {found[1]: frozenset(found[2].replace("*", "").split()) for found in OPTION.finditer(text)}
    duplex = [choices for option, choices in options.items() if option in DUPLEX]
    papers = options.get("PageSize")
    if not options:  # a raw queue: whatever it prints on does not tell CUPS about itself
        return Printer(name)
    return Printer(name, any(choices & BOTH for choices in duplex), papers)


def _run(*command: str) -> str:
    """What a command answers; nothing if it knows nothing."""
    return _call(command).stdout


def _call(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    # In the computer's own language the answers could not be read.
    surroundings = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "C"}
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace",
                              env=surroundings, timeout=PATIENCE, check=False)
    except OSError as error:
        raise SetupError([Problem(command[0], f"could not be run: {error.strerror}",
                                  "it belongs to CUPS, in Debian to the package cups-client")]) from error
    except subprocess.TimeoutExpired as error:
        raise SetupError([Problem(command[0], f"gave no answer for {PATIENCE} seconds",
                                  "is the print server switched on, and the network up?")]) from error
