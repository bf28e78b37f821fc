"""Promise: what a finished file has to be; what nobody promised is not checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from brochure.errors import Problem


@dataclass(frozen=True)
class Promise:
    """What the file has to be; ``None`` is "not promised", and then the check is left out.

    ``where`` is the file's path in the project, ``pages`` the trim sizes (width, height) in mm, ``messages``
    plain text by message key, ``variants`` are names such as pdf/a-3a, ua-1 or pdf/x-4, ``lang`` is a language tag.
    ``tagged`` is for files that a screen reader can follow; ``flip``, for imposed ones, is a key of
    ``press.DUPLEX``.

    For print: ``bleed`` is in mm beyond the trim on every side, ``folds`` holds for each page the distances (mm) of
    its folds from the trim's left edge, ``safe`` how far (mm) text must stay from trim and folds, ``inks`` is
    "cmyk" or "grey", ``dpi`` the least resolution of a picture as it is printed, ``codes`` the addresses that the
    QR codes lead to, ``size`` the largest size of the file in bytes.
    """

    where: str
    pages: tuple[tuple[float, float], ...] | None = None
    tagged: bool = False
    families: frozenset[str] | None = None
    messages: Mapping[str, str] = field(default_factory=dict)
    variants: tuple[str, ...] = ()
    lang: str | None = None
    title: str | None = None
    flip: str | None = None
    bleed: float | None = None
    folds: tuple[tuple[float, ...], ...] = ()
    safe: float | None = None
    inks: str | None = None
    dpi: int | None = None
    codes: tuple[str, ...] | None = None
    size: int | None = None

    def problem(self, what: str, hint: str, severity: str = "error") -> Problem:
        """A finding about the file."""
        return Problem(self.where, what, hint, severity)
