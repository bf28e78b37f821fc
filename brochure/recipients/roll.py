"""Roll: the list of recipients in a file, read a row at a time; a bad row never stops the others."""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from pathlib import Path

from brochure.errors import Problem, RecipientError
from brochure.project import PAIR, Project
from brochure.recipients import cells, columns, names, sources
from brochure.recipients.cells import Fault
from brochure.recipients.columns import ID, NAME
from brochure.recipients.offer import SEPARATOR, Offer
from brochure.recipients.sources import Row, Table

SEVERE = "error"
UNNAMED = Fault("stands in a column without a name",
                 "name the column in the first row; a cell with the separator in it needs quotation marks")


@dataclass(frozen=True)
class Recipient:
    """A row of the list, named by its id.

    ``row`` is its number in the spreadsheet. ``values`` has the text of every cell that is not empty, under its column;
    dates are ISO 8601. ``languages`` are tags, or two joined by + for two on one paper; empty if the row leaves it open,
    as ``layout`` and ``edition`` are.
    """

    id: str
    row: int
    values: Mapping[str, str]
    languages: tuple[str, ...] = ()
    copies: int = 1
    layout: str = ""
    edition: str = ""


@dataclass(frozen=True)
class Entry:
    """A row as it was read: its problems, and the recipient unless one of them is an error."""

    row: int
    recipient: Recipient | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Roll:
    """The list: iterating reads the file. ``problems`` are warnings of the whole list."""

    table: Table
    columns: tuple[str, ...]
    header: int
    offer: Offer
    problems: tuple[Problem, ...]

    @property
    def name(self) -> str:
        """The list's name for sentences."""
        return self.table.name

    def __iter__(self) -> Iterator[Entry]:
        reader, count = _Reader(self), 0
        for row in self.table.rows():
            if row.number > self.header and (row.fault or any(cell.strip() for cell in row.cells)):
                count += 1
                yield reader.read(row)
        if not count:
            yield Entry(self.header, None, (Problem(self.name, "has no rows below its first", "give every school a row"),))


def read(path: Path, project: Project) -> Roll:
    """The list in a file, for a project; raise RecipientError if it is no list, or its columns are in doubt."""
    table = sources.table(path)
    header = table.header
    if header.fault:
        raise RecipientError([Problem(_where(table.name, header.number), header.fault.what, header.fault.hint)])
    titles = tuple(columns.folded(cell) for cell in header.cells)
    offer = Offer(project)
    found = list(_titles(table.name, header, titles, offer))
    if any(problem.severity == SEVERE for problem in found):
        raise RecipientError(found)
    return Roll(table, titles, header.number, offer, (*table.problems, *found))


def place(name: str, titles: tuple[str, ...], row: int, column: str) -> str:
    """Where the cell of a row below one of the titles is, for sentences."""
    return _where(name, row, titles.index(column) if column in titles else None, column)


def _where(name: str, row: int, column: int | None = None, title: str = "") -> str:
    place = f"{name}: row {row}"
    if column is not None:
        place += f", column {columns.letter(column)}" + (f" ({title})" if title else "")
    return place


def _titles(name: str, header: Row, titles: tuple[str, ...], offer: Offer) -> Iterator[Problem]:
    """What is wrong with the first row."""
    if ID not in titles:
        yield Problem(_where(name, header.number), "there is no column id", sources.FIRST)
    for at, title in enumerate(titles):
        place = _where(name, header.number, at, cells.short(title)[1:-1])
        fault = cells.suspicious(header.cells[at].strip(), "")
        if fault:
            yield Problem(place, fault.what, fault.hint)
        elif title and (first := titles.index(title)) < at:
            yield Problem(place, f"column {columns.letter(first)} has this name too", "give each column a name of its own")
        elif meant := columns.meant(title, offer.tags):
            yield Problem(place, "is not a column that the program knows",
                          f"rename it if it is {meant}; else a layout may use it", "warning")


def _remembered(sense: Callable[[str], str | Fault]) -> Callable[[str], str | Fault]:
    """The same, for cells that say the same in many rows."""
    return lru_cache(1024)(sense)


class _Reader:
    """Reads the rows of one pass; it remembers the ids that it has met, and nothing else."""

    def __init__(self, roll: Roll) -> None:
        self.name, self.columns, self.offer = roll.name, roll.columns, roll.offer
        self.kinds = tuple(map(columns.kind, roll.columns))
        self.tags = tuple(columns.tag(column, roll.offer.tags) for column in roll.columns)
        self.names = tuple(at for at, column in enumerate(roll.columns) if column.startswith(NAME))
        self.at = {column: at for at, column in enumerate(roll.columns) if column}
        kinds: dict[str, Callable[[str], str | Fault]] = {
            "email": cells.email, "url": cells.url, "telephone": cells.telephone, "date": _remembered(cells.date),
            "copies": _remembered(cells.copies), "language": _remembered(roll.offer.languages), "layout": roll.offer.layout,
            "edition": roll.offer.edition}
        self.sense = tuple(map(kinds.get, self.kinds))
        self.seen = dict[str, int]()

    def read(self, row: Row) -> Entry:
        """The recipient of a row and every problem of it."""
        if row.fault:
            return Entry(row.number, None, (self._problem(row, None, row.fault),))
        values, found = dict[int, str](), list[tuple[int, Fault]]()
        calm = cells.calm(row.cells)
        for at, raw in enumerate(row.cells):
            if text := raw.strip():
                value = self._value(at, text if raw[0] not in "\t\r" else raw.rstrip(" "), calm)
                if isinstance(value, str):
                    values[at] = value
                else:
                    found.append((at, value))
        found += self._identity(row, values, {at for at, _ in found})
        recipient = self._recipient(row, values)
        found += self._printed(values, recipient.languages)
        found += ((self.at[column], fault) for column, fault in
                  self.offer.together(recipient.layout, recipient.edition, recipient.languages))
        problems = tuple(self._problem(row, at, fault) for at, fault in sorted(found, key=itemgetter(0)))
        return Entry(row.number, None if any(problem.severity == SEVERE for problem in problems) else recipient, problems)

    def _problem(self, row: Row, at: int | None, fault: Fault) -> Problem:
        title = self.columns[at] if at is not None and at < len(self.columns) else ""
        return Problem(_where(self.name, row.number, at, title), *fault)

    def _value(self, at: int, text: str, calm: bool) -> str | Fault:
        """What a cell says, or its fault."""
        if at >= len(self.columns) or not self.columns[at]:
            return UNNAMED
        if (not calm or text[0] in cells.STARTS) and (fault := cells.suspicious(text, self.kinds[at])):
            return fault
        sense = self.sense[at]
        return sense(text) if sense else text

    def _identity(self, row: Row, values: Mapping[int, str], faulty: Set[int]) -> Iterator[tuple[int, Fault]]:
        """No id, or the id of another row; no name in any language."""
        at = self.at[ID]
        if key := names.key(values.get(at, "")):
            first = self.seen.setdefault(key, row.number)
            if first != row.number:
                yield at, Fault(f"the id {cells.short(values[at])} is that of row {first} too",
                                "ids become file names: let them differ in more than capital letters")
        elif at not in faulty:
            yield at, Fault("there is no id", "give every row an id of its own, such as a number")
        if self.names and not any(name in values or name in faulty for name in self.names):
            yield self.names[0], Fault("there is no name in any language",
                                       "write one; else the layout's own words stand in its place", "warning")

    def _recipient(self, row: Row, values: Mapping[int, str]) -> Recipient:
        named = {self.columns[at]: text for at, text in values.items()}
        languages = named.get("language")
        return Recipient(named.get(ID, ""), row.number, named, tuple(languages.split(SEPARATOR)) if languages else (),
                         int(named.get("copies", "1")), named.get("layout", ""), named.get("edition", ""))

    def _printed(self, values: Mapping[int, str], languages: tuple[str, ...]) -> Iterator[tuple[int, Fault]]:
        """What the fonts cannot print, each cell in the languages that it is for."""
        tags = tuple(dict.fromkeys(tag for one in languages for tag in one.split(PAIR))) or self.offer.tags
        for at, text in values.items():
            if self.kinds[at] not in columns.UNPRINTED:
                own = self.tags[at]
                fault = self.offer.old_font(text, own) if own else None
                for tag in (own,) if own else tags:
                    fault = fault or self.offer.unprintable(text, tag)
                if fault:
                    yield at, fault
                elif self.kinds[at] == "telephone" and (doubt := cells.zeroless(text)):
                    yield at, doubt
