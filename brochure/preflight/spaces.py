"""Spaces: colour spaces of a PDF (ISO 32000-1, 8.6), and how much ink a colour in one of them is."""

from dataclasses import dataclass
from typing import Any

PROCESS = {"Cyan": 0, "Magenta": 1, "Yellow": 2, "Black": 3}
EVERY = "All"
"""The ink that prints on every plate: registration colour."""

SHORT = {"/G": "/DeviceGray", "/RGB": "/DeviceRGB", "/CMYK": "/DeviceCMYK", "/I": "/Indexed"}
"""How inline images write colour spaces."""


@dataclass(frozen=True)
class Space:
    """``family`` is "grey", "rgb", "cmyk", "inks" (named ones, in ``names``), "pattern" or "none" (not named at all).

    Spaces that are measured by eye or light, as Lab and CalRGB are, count as rgb: no plate holds them. ``device`` says
    that the numbers go to the plates as they are, without a profile.
    """

    family: str
    names: tuple[str, ...] = ()
    device: bool = True

    @classmethod
    def named(cls, name: str, resources: Any) -> "Space":
        """The space an inline image names, also in short."""
        return space(SHORT.get(name, name), resources)


@dataclass(frozen=True)
class Ink:
    """A colour: its values in its space, 0 to 1, or a pattern."""

    space: Space
    values: tuple[float, ...] = ()
    pattern: Any = None

    @property
    def plates(self) -> tuple[float, float, float, float] | None:
        """Cyan, magenta, yellow and black, 0 to 1; None if that is not known without a profile."""
        if self.pattern is not None or not self.values:
            return None
        if self.space.family == "grey":
            return (0, 0, 0, 1 - self.values[0])
        if self.space.family == "cmyk" and len(self.values) == 4:
            return self.values
        if self.space.family == "inks" and len(self.values) == len(self.space.names):
            found = [0.0, 0.0, 0.0, 0.0]
            for name, value in zip(self.space.names, self.values, strict=True):
                for plate in PROCESS.values() if name == EVERY else [PROCESS[name]] if name in PROCESS else []:
                    found[plate] = max(found[plate], value)
            return (found[0], found[1], found[2], found[3])
        return None

    @property
    def registers(self) -> bool:
        """Whether it prints in full on every plate: the colour of marks."""
        return self.plates is not None and min(self.plates) >= 0.99


GREY, RGB, CMYK = Space("grey"), Space("rgb"), Space("cmyk")
DEVICES = {"g": GREY, "rg": RGB, "k": CMYK}
BLACK = Ink(GREY, (0.0,))
PLAIN = {"/DeviceGray": GREY, "/DeviceRGB": RGB, "/DeviceCMYK": CMYK, "/Pattern": Space("pattern")}
BY_COMPONENTS = {1: "grey", 3: "rgb", 4: "cmyk"}


def space(value: Any, resources: Any) -> Space:
    """The space that a name or an array stands for."""
    import pikepdf

    if value is None:
        return Space("none")
    if not isinstance(value, pikepdf.Array):
        name = str(value)
        if name in PLAIN:
            return PLAIN[name]
        there = resources.get("/ColorSpace", {}).get(name)
        return Space("none") if there is None or str(there) == name else space(there, resources)
    kind = str(value[0])
    if kind in ("/Separation", "/DeviceN"):
        names = [value[1]] if kind == "/Separation" else list(value[1])
        return Space("inks", tuple(str(name)[1:] for name in names))
    if kind in ("/Indexed", "/I"):
        return Space.named(str(value[1]), resources) if not isinstance(value[1], pikepdf.Array) else space(value[1], resources)
    if kind == "/ICCBased":
        return Space(BY_COMPONENTS.get(int(value[1].get("/N", 3)), "none"), device=False)
    if kind == "/CalGray":
        return Space("grey", device=False)
    if kind == "/Pattern":
        return Space("pattern")
    return PLAIN.get(kind, Space("rgb", device=False))
