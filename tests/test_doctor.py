"""Doctor: a sentence on everything the program needs, good or bad, and never a traceback."""

import importlib.metadata
import sys

import pytest
from factories import ROOT, Folder
from packaging.requirements import Requirement

from brochure import breaks, doctor
from brochure.errors import Problem, SetupError


def sentences(project: Folder) -> dict[bool, list[str]]:
    found = list(doctor.examine(project.path))
    return {ok: [finding.what for finding in found if finding.ok is ok] for ok in (True, False)}


def test_a_healthy_machine(project: Folder) -> None:
    found = sentences(project)
    assert found[False] == []
    assert "The package weasyprint 70." in "\n".join(found[True])
    assert found[True][-1] == "The project has 1 careers, 2 languages and 1 layouts."
    assert all(sentence.endswith(".") for sentence in found[True])


def test_a_missing_package(project: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    true_version = importlib.metadata.version

    def version(name: str) -> str:
        if name == "icu4py":
            raise importlib.metadata.PackageNotFoundError(name)
        return true_version(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert sentences(project)[False] == ["The package icu4py is not installed: run make setup."]


def test_a_missing_dictionary(project: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise SetupError([Problem("icu4py", "is not installed", "make setup")])

    breaks._broken.cache_clear()
    monkeypatch.setattr(breaks, "_icu", broken)
    assert sentences(project)[False] == ["icu4py: is not installed hint: make setup"]


def test_no_fonts(project: Folder) -> None:
    bad = sentences(project.delete("assets/fonts"))[False]
    assert len(bad) == 1 and "font" in bad[0] and "\n" not in bad[0]


@pytest.mark.parametrize("change", ["no folder", "no layouts", "broken language"])
def test_a_project_that_is_not_right(change: str, project: Folder) -> None:
    match change:
        case "no folder":
            project.delete("templates")
        case "no layouts":
            project.delete("templates/layouts")
        case _:
            project.write("locales/km/language.toml", "x")
    found = sentences(project)
    assert len(found[False]) == (0 if change == "no layouts" else 1)


def test_an_old_python(project: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 1, "final", 0))
    first = next(iter(doctor.examine(project.path)))
    assert not first.ok and first.what.startswith("Python 3.9.1 on ")


def test_every_package_the_program_needs_is_looked_for() -> None:
    import tomllib

    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert {Requirement(line).name for line in declared} - {"click"} == set(doctor.PACKAGES)
