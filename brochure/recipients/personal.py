"""Personal: a brochure for many recipients, laid out once for all of them who have the same to say.

What differs is drawn in the slots, for a group of recipients at a time, and spliced into a file each. A file is what
a rendering with the recipient's words in place would be; what cannot be so is a problem of the row.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from brochure import breaks, paper
from brochure.build import Laid, fitting, halves, located, places, promise
from brochure.errors import BrochureError, Problem, RecipientError, TemplateError, UsageError
from brochure.impose import Sheet
from brochure.preflight import Promise, preflight, validated
from brochure.press import Body, Splice, paged
from brochure.project import Job, Project
from brochure.recipients import words
from brochure.recipients.cells import Fault
from brochure.recipients.roll import Recipient
from brochure.render import Filled
from brochure.slots import CODE, LANGUAGE, TEXT, TITLE, Slot

if TYPE_CHECKING:
    from brochure.paper import Drawn

NAME = "name"
JOINED = "{title} – {name}"
"""The title of a recipient's file: what it is, and whose."""

Result = bytes | tuple[Problem, ...]
Failure = tuple[Recipient, tuple[Problem, ...]]


@dataclass(frozen=True, eq=False)
class Mould:
    """A brochure laid out for the recipients who lack the same, in one language or two.

    ``sheets`` is empty if it is not imposed.
    """

    laids: tuple[Laid, ...]
    sheets: tuple[Sheet, ...]
    promise: Promise

    @property
    def laid(self) -> Laid:
        """The only half, or the first, which gives the document its title and its language."""
        return self.laids[0]


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

    Where it is ``backed``, the last sheet of paper has a back, if need be an empty one: in its file other copies follow.
    Raises the error of the first step that fails if the brochure itself cannot be made.
    """

    def __init__(self, job: Job, project: Project, where: Callable[[int, str], str], *, backed: bool = False) -> None:
        edition = project.edition(job.edition)
        if edition.review or edition.instructions:
            what = f"the edition {job.edition} cannot be made for single schools"
            raise UsageError([Problem(str(job), what, "name another one")])
        self.job, self.project, self._where, self._edition = job, project, where, edition
        self._backed = backed
        self._languages = {tag: project.language(tag) for tag in job.languages}
        self._tags = tuple(language.tag for language in project.languages)
        self._voices = {tag: words.Voices(language, project.languages) for tag, language in self._languages.items()}
        self._moulds: dict[frozenset[str], Mould | BrochureError] = {}
        self._sound = list[Mould]()  # of which a file was read and found right
        self._terms = {tag: breaks.glossary(project.root / f"locales/{language.style}/glossary.csv", project.root)
                       for tag, language in self._languages.items()}
        self._slots = places(job, project)
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

    def read(self, drawing: Drawing) -> tuple[Problem, ...]:
        """What preflight finds in the file of the first of a drawing's recipients, unless one of its kind was read before."""
        if drawing.mould in self._sound or not drawing.says:
            return ()
        say = drawing.says[0]
        return self._wrong(drawing.mould, say, Splice(drawing.body, drawing.filled).file(say.texts, say.marks), False)

    def prepare(self, recipient: Recipient) -> Mould:
        """Lay out the brochure as it is for this recipient, and for all who lack the same."""
        return self._mould(self.lacking(recipient))

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
        return frozenset(slot.name for tag, _, slot in self._slots
                         if not slot.fallback and not self._found(recipient, slot.column, tag)[1])

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
        laids = halves(self.job, self.project, lacking=lacking)
        for laid in laids:
            fitting(laid)
        sheets = paper.sheets(self.job, self.project, laids)[0] if self._edition.imposed else ()
        if self._backed and len(sheets) % 2 and paper.flip(self.job, self.project) != "simplex":
            sheets = (*sheets, dataclasses.replace(sheets[-1], placements=()))
        return Mould(laids, sheets, promise(self.job, self.project, laids, sheets, False))

    def _drawn(self, mould: Mould, members: Iterable[Recipient]) -> tuple[Drawing, Sequence[Failure]]:
        said, failures = list[Say](), list[Failure]()
        for recipient in members:
            try:
                said.append(self.say(mould.laids, recipient))
            except RecipientError as error:
                failures.append((recipient, error.problems))
        texts = {number: tuple(dict.fromkeys(say.texts[number] for say in said)) for _, number, _ in _places(mould.laids)}
        with contextlib.ExitStack() as places:
            for laid in mould.laids:
                places.enter_context(located(laid.copy, str(laid.job)))
            body, filled = paper.draw(mould.laids, self._edition, texts, lambda drawn: self._bound(mould, drawn))
        says = list[Say]()
        for say in said:
            problems = tuple(dict.fromkeys(self._problem(say, slot) for slot in filled if say.texts[slot.slot] in slot.problems))
            if problems:
                failures.append((say.recipient, problems))
            else:
                says.append(say)
        return Drawing(mould, body, filled, tuple(says)), failures

    def _bound(self, mould: Mould, drawn: "Sequence[Drawn]") -> tuple[Body, Sequence[Filled]]:
        pdfs = [pdf for pdf, _ in drawn]
        body = paper.bind(self.job, self.project, mould.sheets, pdfs) if self._edition.imposed else paged(*pdfs)
        return body, tuple(slot.moved(start) for (_, filled), start in zip(drawn, body.starts, strict=True) for slot in filled)

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
        own = {f"{paper.label(self.job, tag)}{slot.name}": say.texts[number]
               for tag, number, slot in _places(mould.laids) if slot.kind != CODE}
        codes = tuple(dict.fromkeys(say.marks[number] for _, number, slot in _places(mould.laids) if slot.kind == CODE))
        return dataclasses.replace(mould.promise, title=say.title, messages={**mould.promise.messages, **own},
                                   codes=codes if mould.promise.codes else mould.promise.codes)

    def _found(self, recipient: Recipient, column: str, tag: str) -> tuple[str, str]:
        return words.found(recipient.values, column, self._languages[tag], self._tags)

    def say(self, laids: Sequence[Laid], recipient: Recipient) -> Say:
        """What the row says in every slot; raise RecipientError with every cell that cannot be an address.

        Of two languages the title is in the first.
        """
        name, faults = self._found(recipient, NAME, self.job.languages[0])[1], list[Problem]()
        full = JOINED.format(title=laids[0].page.title, name=name) if name else laids[0].page.title
        texts, marks, places = dict[str, str](), {TITLE: full}, dict[str, str]()
        for tag, number, slot in _places(laids):
            column, text = self._found(recipient, slot.column, tag)
            if slot.kind != TEXT:
                leads = words.address(text, column) if text else slot.fallback
                if isinstance(leads, Fault):
                    faults.append(Problem(self._where(recipient.row, column), *leads))
                    continue
                marks[number] = leads
            shown = words.written(text, column, self._languages[tag], slot.form) if text else slot.fallback
            if isinstance(shown, Fault):
                faults.append(Problem(self._where(recipient.row, column), *shown))
                continue
            own = text and not slot.words and slot.kind == TEXT
            marks[f"{LANGUAGE}{number}"] = self._voices[tag].of(text, column) if own else tag
            shown = slot.within(shown) if text else shown
            texts[number] = marks[number] if slot.kind == CODE else breaks.prepare(shown, tag, self._terms[tag])
            places[number] = column
        if faults:
            raise RecipientError(dict.fromkeys(faults))
        return Say(recipient, full, texts, marks, places)

    def _problem(self, say: Say, slot: Filled) -> Problem:
        """Why a text could not be drawn, with the cell it is from."""
        where = self._where(say.recipient.row, say.columns[slot.slot])
        return dataclasses.replace(slot.problems[say.texts[slot.slot]], where=where)


def _places(laids: Iterable[Laid]) -> Iterator[tuple[str, str, Slot]]:
    """Every slot: the language it is in, and its number."""
    return ((laid.job.language, number, slot) for laid in laids for number, slot in laid.page.slots.items())
