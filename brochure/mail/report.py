"""Report: what became of every letter of a campaign, for a person, a spreadsheet or a machine."""

import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping

from brochure.mail.journal import Journal
from brochure.mail.records import Record, State
from brochure.mail.suppressions import FORMULA

SAID = {
    State.QUEUED: "still to be sent",
    State.SENDING: "being sent",
    State.INDOUBT: "being sent: the answer is awaited",
    State.ACCEPTED: "accepted by the server",
    State.DEFERRED: "put off by the server, to be sent again",
    State.FAILED: "failed: surely not delivered",
    State.UNKNOWN: "unknown: sent whole, but no answer came back",
    State.SUPPRESSED: "not sent: the address is in the table of suppressions",
}
HEAD = ("row", "id", "address", "language", "state", "attempts", "code", "enhanced", "reply", "queue_id", "message_id", "sha256",
        "time")
QUEUE = re.compile(r"(?:queued as|queue id|id[=:]) ?<?([\w.-]+)", re.I)


def status(journal: Journal) -> Iterator[str]:
    """The campaign in a few lines: how many letters are in each state, and which ones a person has to look at."""
    if journal.campaign is None:
        return
    counts = journal.counts()
    yield f"campaign {journal.campaign.digest[:12]}, begun {_time(journal.campaign.began)}: {sum(counts.values())} letters"
    for state, count in counts.items():
        yield f"{count:6} {SAID[state]}"
    for record in journal.records(State.UNKNOWN, State.FAILED):
        yield line(record)


def line(record: Record) -> str:
    """A letter for a person."""
    return f"row {record.row}, {record.address}: {record.state}" + (f" – {_answer(record)}" if record.reply else "")


def table(journal: Journal) -> Iterator[Mapping[str, object]]:
    """Every letter with all that is known of it, in the order of the rows."""
    for record in journal.records():
        found = QUEUE.search(record.reply) if record.state is State.ACCEPTED else None
        cells = (record.row, record.id, record.address, record.language, str(record.state), record.attempts, record.code,
                 record.enhanced, record.reply, found[1] if found else "", record.message_id, record.sha256,
                 _time(record.changed) if record.changed else "")
        yield dict(zip(HEAD, cells, strict=True))


def as_csv(journal: Journal) -> Iterator[str]:
    """The table a line at a time, for a spreadsheet; a cell never begins as a formula does."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    for cells in (HEAD, *([str(value) if value is not None else "" for value in row.values()] for row in table(journal))):
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def _answer(record: Record) -> str:
    return f"{record.code} {record.reply}" if record.code else record.reply


def _time(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds).astimezone().isoformat(" ", "seconds")
