"""Content: what the pages of a PDF set and paint, read from their content streams, forms and patterns (ISO 32000-1, 8 and 9).

Nothing is drawn: a mark says what is painted, in which colour, and where. Clipping is not followed, so a box may be too large.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from brochure.preflight.spaces import BLACK, DEVICES, Ink, Space, space

if TYPE_CHECKING:
    import pikepdf

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
Points = list[tuple[float, float]]
Inside = frozenset[tuple[int, int]]
"""The forms and patterns that are being drawn, one in another."""

IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
DEEPEST = 50
"""Forms in forms in forms; nobody nests them deeper."""

FILLS = frozenset({"f", "F", "f*", "B", "B*", "b", "b*"})
STROKES = frozenset({"S", "s", "B", "B*", "b", "b*"})
SHOWS = frozenset({"Tj", "TJ", "'", '"'})
OPERATORS = ("q Q cm w m l c v y re n S s f F f* B B* b b* sh Do BI ID EI g G rg RG k K cs CS sc SC scn SCN "
             "Tr Tj TJ ' \"")


@dataclass(frozen=True)
class Mark:
    """One thing on a page, counted from 1.

    ``kind`` is "set" (a colour, perhaps never used), "fill", "stroke", "text", "image", "shading" or "group" (a form's
    transparency group). ``boxes`` are left, bottom, right, top in points, of each part of a path, ``matrix`` that of an
    image, which is a unit square, ``size`` its pixels, ``item`` the object itself.
    """

    page: int
    kind: str
    ink: Ink | None = None
    boxes: tuple[Box, ...] = ()
    matrix: Matrix = IDENTITY
    size: tuple[int, int] = (0, 0)
    item: Any = None


@dataclass(frozen=True)
class _State:
    matrix: Matrix = IDENTITY
    fill: Ink = BLACK
    stroke: Ink = BLACK
    width: float = 1.0
    mode: int = 0


@dataclass
class _Walk:
    """One page's walk through its streams."""

    page: int
    parsed: dict[tuple[int, int], list[Any]]
    patterns: set[tuple[int, int]] = field(default_factory=set)

    def stream(self, item: Any, resources: Any, state: _State, inside: Inside = frozenset()) -> Iterator[Mark]:
        """Everything a page's, form's or pattern's content sets and paints."""
        base, stack, path = state, list[_State](), list[Points]()
        for operands, operator in self._operations(item):
            name = str(operator)
            if name == "q":
                stack.append(state)
            elif name == "Q":
                state = stack.pop() if stack else state
            elif name == "cm":
                a, b, c, d, e, f = map(float, operands)
                state = replace(state, matrix=product((a, b, c, d, e, f), state.matrix))
            elif name == "w":
                state = replace(state, width=float(operands[0]))
            elif name == "Tr":
                state = replace(state, mode=int(operands[0]))
            elif name in ("m", "l", "c", "v", "y", "re"):
                if name in ("m", "re") or not path:
                    path.append([])
                path[-1] += _points(name, [float(value) for value in operands], state.matrix)
            elif name in FILLS or name in STROKES or name == "n":
                yield from self._painted(name, path, state, base, resources, inside)
                path = []
            elif name in SHOWS and state.mode != 3:  # 3 is invisible
                yield from self._inked("text", state.stroke if state.mode in (1, 5) else state.fill, [], base, resources, inside)
            elif name == "sh":
                shading = _found(resources, "/Shading", operands[0])
                yield Mark(self.page, "shading", Ink(space(shading.get("/ColorSpace"), resources)))
            elif name == "Do":
                yield from self._object(_found(resources, "/XObject", operands[0]), resources, state, inside)
            elif name == "INLINE IMAGE":
                yield _inline(self.page, operands[0], resources, state)
            elif changed := _coloured(name, operands, resources, state):
                state = changed
                yield Mark(self.page, "set", state.stroke if name.isupper() else state.fill)

    def _operations(self, item: Any) -> list[Any]:
        import pikepdf

        key = getattr(item, "objgen", (0, 0))
        if key == (0, 0) or isinstance(item, pikepdf.Page):
            return list(pikepdf.parse_content_stream(item, OPERATORS))
        if key not in self.parsed:
            self.parsed[key] = list(pikepdf.parse_content_stream(item, OPERATORS))
        return self.parsed[key]

    def _painted(self, name: str, path: list[Points], state: _State, base: _State, resources: Any,
                 inside: Inside) -> Iterator[Mark]:
        if path and name in FILLS:
            yield from self._inked("fill", state.fill, [_round(part) for part in path], base, resources, inside)
        if path and name in STROKES:
            half = state.width * _scale(state.matrix) / 2
            yield from self._inked("stroke", state.stroke, [_round(part, half) for part in path], base, resources, inside)

    def _inked(self, kind: str, ink: Ink, boxes: Sequence[Box], base: _State, resources: Any, inside: Inside) -> Iterator[Mark]:
        """A mark, and what its pattern paints, once on a page."""
        yield Mark(self.page, kind, ink, tuple(boxes))
        pattern = ink.pattern
        if pattern is None or pattern.objgen in self.patterns:
            return
        self.patterns.add(pattern.objgen)
        if "/Shading" in pattern:
            yield Mark(self.page, "shading", Ink(space(pattern.Shading.get("/ColorSpace"), resources)))
        else:
            matrix = product(_matrix(pattern), base.matrix)
            inner = _State(matrix, replace(ink, pattern=None), replace(ink, pattern=None))
            yield from self.stream(pattern, pattern.get("/Resources", resources), inner, inside | {pattern.objgen})

    def _object(self, item: Any, resources: Any, state: _State, inside: Inside) -> Iterator[Mark]:
        if item.get("/Subtype") == "/Image":
            stencil = bool(item.get("/ImageMask", False))
            ink = state.fill if stencil else Ink(space(item.get("/ColorSpace"), resources))
            yield Mark(self.page, "image", ink, (), state.matrix, (int(item.Width), int(item.Height)), item)
        elif item.get("/Subtype") == "/Form" and item.objgen not in inside and len(inside) < DEEPEST:
            if (group := item.get("/Group")) is not None and "/CS" in group:
                yield Mark(self.page, "group", Ink(space(group.CS, resources)))
            inner = replace(state, matrix=product(_matrix(item), state.matrix))
            yield from self.stream(item, item.get("/Resources", resources), inner, inside | {item.objgen})


def marks(pdf: "pikepdf.Pdf") -> Iterator[Mark]:
    """Everything the pages set and paint, in its order."""
    parsed = dict[tuple[int, int], list[Any]]()
    for number, page in enumerate(pdf.pages, start=1):
        resources: Any = page.resources
        if (group := page.obj.get("/Group")) is not None and "/CS" in group:
            yield Mark(number, "group", Ink(space(group.CS, resources)))
        yield from _Walk(number, parsed).stream(page, resources, _State())


def product(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does one after the other.

    >>> product((2, 0, 0, 2, 0, 0), (1, 0, 0, 1, 5, 7))
    (2, 0, 0, 2, 5, 7)
    """
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _coloured(name: str, operands: Any, resources: Any, state: _State) -> _State | None:
    """The state after a colour operator; None for any other operator."""
    side = "stroke" if name.isupper() else "fill"
    if (device := DEVICES.get(name.lower())) is not None:
        ink = Ink(device, tuple(float(value) for value in operands))
    elif name.lower() == "cs":
        ink = Ink(space(operands[0], resources))
    elif name.lower() in ("sc", "scn"):
        current: Ink = getattr(state, side)
        ink = Ink(current.space, tuple(float(value) for value in operands if not str(value).startswith("/")))
        if operands and str(operands[-1]).startswith("/"):
            ink = replace(ink, pattern=_found(resources, "/Pattern", operands[-1]))
    else:
        return None
    return replace(state, fill=ink) if side == "fill" else replace(state, stroke=ink)


def _found(resources: Any, kind: str, name: Any) -> Any:
    """A named resource; an empty dictionary if the stream names what is not there."""
    import pikepdf

    return resources.get(kind, {}).get(str(name), pikepdf.Dictionary())


def _inline(page: int, image: Any, resources: Any, state: _State) -> Mark:
    picture = image.iimage if hasattr(image, "iimage") else image
    ink = state.fill if picture.image_mask else Ink(Space.named(str(picture.colorspace), resources))
    return Mark(page, "image", ink, (), state.matrix, (picture.width, picture.height))


def _matrix(item: Any) -> Matrix:
    return tuple(float(value) for value in item.get("/Matrix", IDENTITY))  # type: ignore[return-value]  # six numbers


def _points(name: str, values: list[float], matrix: Matrix) -> Points:
    """The points of a path operator on the page; the curve lies between them."""
    if name == "re":
        x, y, width, height = values
        values = [x, y, x + width, y, x + width, y + height, x, y + height]
    a, b, c, d, e, f = matrix
    return [(a * x + c * y + e, b * x + d * y + f) for x, y in zip(values[::2], values[1::2], strict=True)]


def _round(path: Points, more: float = 0) -> Box:
    across, up = [x for x, _ in path], [y for _, y in path]
    return (min(across) - more, min(up) - more, max(across) + more, max(up) + more)


def _scale(matrix: Matrix) -> float:
    return math.sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]))
