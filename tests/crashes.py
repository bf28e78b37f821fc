"""Crashes: a real “brochure mail send” that is killed again and again, and what is left of its letters."""

import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from factories import Folder, command, surroundings
from posts import LIST, letters

from brochure.errors import MailError
from brochure.mail import journal as journals
from brochure.mail.journal import Journal


@dataclass(frozen=True)
class Ruin:
    """``doubted`` has the addresses that were in doubt when a process was killed; ``states`` what is said of each at the end."""

    kills: int
    doubted: set[str]
    states: dict[str, str]

    def check(self, times: Callable[[str], int]) -> None:
        """None twice, none lost, and the unknown are those that were in doubt; ``times`` counts an address's letters."""
        found = {address: times(address) for address in self.states}
        assert {address for address, count in found.items() if count > 1} == set()
        assert {address for address, state in self.states.items() if state == "accepted" and found[address] != 1} == set()
        assert {address for address, state in self.states.items() if state == "unknown"} == self.doubted
        assert set(self.states.values()) <= {"accepted", "unknown"}
        assert self.kills > 3


def fill(project: Folder, count: int, size: int) -> Path:
    """A journal with so many letters, and a list that is another: the letters go as they were made."""
    path = journals.folder(project / LIST) / journals.FILE
    with Journal.open(path) as journal:
        journal.begin("d" * 64, letters(count, size), time.time())
    return path


def crash(project: Folder, path: Path, seed: int, most: float, options: Sequence[str] = ()) -> Ruin:
    """Send all of a journal with a process that is killed up to ``most`` seconds after its first letter, until none is left."""
    chance, kills, doubted = random.Random(seed), 0, set[str]()
    while left := _left(path):
        line = command(["mail", "send", LIST, "--send", "--yes", str(left), "--as-made", "--rate", "1000000", *options])
        process = subprocess.Popen(line, cwd=project.path, env=surroundings(), stdout=subprocess.PIPE, encoding="utf-8")
        assert process.stdout is not None
        for said in process.stdout:
            if said.startswith("["):
                break
        try:
            process.wait(chance.random() * most)
        except subprocess.TimeoutExpired:
            process.kill()
            kills += 1
        process.stdout.close()
        assert process.wait() in (0, MailError.exit_code, -signal.SIGKILL)
        doubted |= _doubted(path)
    with Journal.open(path) as journal:
        return Ruin(kills, doubted, {record.address: str(record.state) for record in journal.records()})


def _doubted(path: Path) -> set[str]:
    """Who is in doubt now, before anybody puts the journal in order."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return {address for (address,) in db.execute("SELECT address FROM letter WHERE state IN ('indoubt', 'unknown')")}
    finally:
        db.close()


def _left(path: Path) -> int:
    with Journal.open(path) as journal:
        return journal.waiting()
