"""Personal: a brochure for many recipients, laid out once for all of them who have the same to say.

What differs is drawn in the slots, for a group of recipients at a time, and spliced into a file each. A file is what
a rendering with the recipient's words in place would be; what cannot be so is a problem of the row.
"""

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from brochure import breaks, paper
from brochure.build import Laid, fitting, lay_out, located, promise
from brochure.compose import Page
from brochure.errors import BrochureError, Problem, RecipientError, TemplateError, UsageError
from brochure.impose import Sheet
from brochure.preflight import Promise, preflight, validated
from brochure.press import Body, Splice, paged
from brochure.project import PAIR, Job, Project
from brochure.recipients import words
from brochure.recipients.cells import Fault
from brochure.recipients.roll import Recipient
from brochure.render import Filled
from brochure.slots import CODE, LANGUAGE, TEXT, TITLE

NAME = "name"
JOINED = "{title} – {name}"
"""The title of a recipient's file: what it is, and whose."""

Result = bytes | tuple[Problem, ...]
Failure = tuple[Recipient, tuple[Problem, ...]]


@dataclass(frozen=True, eq=False)
class Mould:
    """A brochure laid out for the recipients who lack the same: ``sheets`` is empty if it is not imposed."""

    laid: Laid
    sheets: tuple[Sheet, ...]
    promise: Promise


@dataclass(frozen=True)
class Say:
    """What one recipient's file says: ``texts`` to draw and ``marks`` to fill in, by slot; ``columns`` has where it is from."""

    recipient: Recipient
    title: str
    texts: Mapping[str, str]
    marks: Mapping[str, str]
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Drawing:
    """A document in which everything is drawn that these recipients say in its slots."""

    mould: Mould
    body: Body
    filled: Sequence[Filled]
    says: tuple[Say, ...]


class Personal:
    """A job, ready for recipients; ``where`` says of a row and a column where a person finds it.

    Raises the error of the first step that fails if the brochure itself cannot be made.
    """

    def __init__(self, job: Job, project: Project, where: Callable[[int, str], str]) -> None:
        edition = project.edition(job.edition)
        if edition.review or edition.instructions or PAIR in job.language:
            what = "two languages at once" if PAIR in job.language else f"the edition {job.edition}"
            raise UsageError([Problem(str(job), f"{what} cannot be made for single schools", "name another one")])
        self.job, self.project, self._where = job, project, where
        self._language, self._edition = project.language(job.language), edition
        self._tags = tuple(language.tag for language in project.languages)
        self._voices = words.Voices(self._language, project.languages)
        self._moulds: dict[frozenset[str], Mould | BrochureError] = {}
        self._sound = list[Mould]()  # of which a file was read and found right
        self._terms = breaks.glossary(project.root / f"locales/{self._language.style}/glossary.csv", project.root)
        self._whole = lay_out(job, project, lacking=frozenset())
        self._slots = self._whole.page.slots
        if not self._slots:
            raise TemplateError([Problem(f"templates/layouts/{job.layout}/layout.html",
                                         "has no slot for what a school's row says",
                                         'write {{ slot("school.name", fallback=words.your_school) }}')])

    def files(self, recipients: Iterable[Recipient], *, validate: bool = False) -> Iterator[tuple[Recipient, Result]]:
        """The file of every recipient, or why there is none; not in their order. Give some hundred at a time.

        Preflight reads one file of each kind, and if they are to ``validate`` the standards of all.
        """
        drawings, failures = self.draw(recipients)
        yield from failures
        for drawing in drawings:
            splice = Splice(drawing.body, drawing.filled)
            for say in drawing.says:
                data = splice.file(say.texts, say.marks)
                yield say.recipient, self._wrong(drawing.mould, say, data, validate) or data

    def draw(self, recipients: Iterable[Recipient]) -> tuple[Sequence[Drawing], Sequence[Failure]]:
        """What they have to say, drawn: together for all who lack the same; and who cannot have a brochure."""
        groups: dict[frozenset[str], list[Recipient]] = {}
        for recipient in recipients:
            groups.setdefault(self.lacking(recipient), []).append(recipient)
        drawings, failures = list[Drawing](), list[Failure]()
        for missing, members in groups.items():
            try:
                drawing, failed = self._drawn(self._mould(missing), members)
            except BrochureError as error:
                failures += [(recipient, error.problems) for recipient in members]
            else:
                drawings.append(drawing)
                failures += failed
        return drawings, failures

    def lacking(self, recipient: Recipient) -> frozenset[str]:
        """The slots that stay out of the recipient's brochure: its row says nothing there, and nothing stands in."""
        return frozenset(slot.name for slot in self._slots
                         if not slot.fallback and not self._found(recipient, slot.column)[1])

    def _mould(self, lacking: frozenset[str]) -> Mould:
        if lacking not in self._moulds:
            try:
                self._moulds[lacking] = self._made(lacking)
            except BrochureError as error:
                self._moulds[lacking] = error  # it would be the same for the next group
        mould = self._moulds[lacking]
        if isinstance(mould, BrochureError):
            raise mould
        return mould

    def _made(self, lacking: frozenset[str]) -> Mould:
        laid = lay_out(self.job, self.project, lacking=lacking) if lacking else self._whole
        fitting(laid)
        sheets = paper.sheets(self.job, self.project, (laid,))[0] if self._edition.imposed else ()
        return Mould(laid, sheets, promise(self.job, self.project, (laid,), sheets, False))

    def _drawn(self, mould: Mould, members: Iterable[Recipient]) -> tuple[Drawing, Sequence[Failure]]:
        said, failures = list[Say](), list[Failure]()
        for recipient in members:
            try:
                said.append(self.say(mould.laid.page, recipient))
            except RecipientError as error:
                failures.append((recipient, error.problems))
        texts = {str(number): tuple(dict.fromkeys(say.texts[str(number)] for say in said))
                 for number in range(len(mould.laid.page.slots))}
        with located(mould.laid.copy, str(self.job)):
            body, filled = mould.laid.panels.fill(texts, variant=self._edition.variant, tagged_ua=not self._edition.imposed,
                                                  dpi=self._edition.dpi, finish=functools.partial(self._bound, mould))
        says = list[Say]()
        for say in said:
            problems = tuple(dict.fromkeys(self._problem(say, slot) for slot in filled if say.texts[slot.slot] in slot.problems))
            if problems:
                failures.append((say.recipient, problems))
            else:
                says.append(say)
        return Drawing(mould, body, filled, tuple(says)), failures

    def _bound(self, mould: Mould, pdf: Any, filled: Sequence[Filled]) -> tuple[Body, Sequence[Filled]]:
        body = paper.bind(self.job, self.project, mould.sheets, (pdf,)) if self._edition.imposed else paged(pdf)
        return body, filled

    def _wrong(self, mould: Mould, say: Say, data: bytes, validate: bool) -> tuple[Problem, ...]:
        """What preflight finds: one file of a mould is read whole, for the others differ from it in their words only."""
        if mould in self._sound and not validate:
            return ()
        check = validated if mould in self._sound else preflight
        problems = tuple(one for one in check(data, self.promise(mould, say)) if one.severity == "error")
        if not problems:
            self._sound.append(mould)
        return problems

    def promise(self, mould: Mould, say: Say) -> Promise:
        """What a recipient's file has to be."""
        slots = {str(number): slot for number, slot in enumerate(mould.laid.page.slots)}
        own = {slot.name: say.texts[number] for number, slot in slots.items() if slot.kind != CODE}
        codes = tuple(dict.fromkeys(say.marks[number] for number, slot in slots.items() if slot.kind == CODE))
        return dataclasses.replace(mould.promise, title=say.title, messages={**mould.promise.messages, **own},
                                   codes=codes if mould.promise.codes else mould.promise.codes)

    def _found(self, recipient: Recipient, column: str) -> tuple[str, str]:
        return words.found(recipient.values, column, self._language, self._tags)

    def say(self, page: Page, recipient: Recipient) -> Say:
        """What the row says in every slot; raise RecipientError with every cell that cannot be an address."""
        name, faults = self._found(recipient, NAME)[1], list[Problem]()
        full = JOINED.format(title=page.title, name=name) if name else page.title
        texts, marks, places = dict[str, str](), {TITLE: full}, dict[str, str]()
        for number, slot in enumerate(page.slots):
            column, text = self._found(recipient, slot.column)
            if slot.kind != TEXT:
                leads = words.address(text, column) if text else slot.fallback
                if isinstance(leads, Fault):
                    faults.append(Problem(self._where(recipient.row, column), *leads))
                    continue
                marks[str(number)] = leads
            shown = words.written(text, column, self._language, slot.form) if text else slot.fallback
            if isinstance(shown, Fault):
                faults.append(Problem(self._where(recipient.row, column), *shown))
                continue
            own = text and not slot.words and slot.kind == TEXT
            marks[f"{LANGUAGE}{number}"] = self._voices.of(text, column) if own else self._language.tag
            shown = slot.within(shown) if text else shown
            texts[str(number)] = marks[str(number)] if slot.kind == CODE else self._prepared(shown)
            places[str(number)] = column
        if faults:
            raise RecipientError(dict.fromkeys(faults))
        return Say(recipient, full, texts, marks, places)

    def _prepared(self, text: str) -> str:
        return breaks.prepare(text, self._language.tag, self._terms)

    def _problem(self, say: Say, slot: Filled) -> Problem:
        """Why a text could not be drawn, with the cell it is from."""
        where = self._where(say.recipient.row, say.columns[slot.slot])
        return dataclasses.replace(slot.problems[say.texts[slot.slot]], where=where)
