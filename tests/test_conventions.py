"""The house rules, read from the program's own text; every guard proves that it saw something and that it can fail."""

import ast
import dataclasses
import pickle
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import ROOT

import brochure
from brochure import errors
from brochure.layout import Layout
from brochure.project import discover

PACKAGE = ROOT / "brochure"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 300  # lines of a module

# Only these modules may import the library: one door each.
DOORS = {
    "weasyprint": ("render/",),
    "pydyf": ("render/", "press/", "separation.py", "paper.py"),  # paper.py for a type only
    "fontTools": ("render/", "doctor.py", "catalog/check/", "review/faces.py"),
    "jinja2": ("compose.py", "catalog/extract.py"),
    "pikepdf": ("preflight/",),
    "zxingcpp": ("preflight/",),
    "click": ("cli/",),
    "babel": ("language.py", "writing.py", "scaffold.py", "catalog/"),
    "translate": ("catalog/",),
    "icu4py": ("breaks.py",),
    "zint": ("qr.py",),
    "uharfbuzz": ("catalog/check/",),
    "openpyxl": ("recipients/workbook.py",),
    "dask": ("cluster.py",),
    "distributed": ("cluster.py",),
    "idna": ("mail/addresses.py",),
    "keyring": ("mail/secrets.py",),
    "starlette": ("preview/",),
    "uvicorn": ("preview/server.py",),
    "watchfiles": ("preview/watch.py",),
}


def name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def docstrings(tree: ast.AST) -> set[int]:
    """The nodes of all docstrings."""
    return {id(node.body[0].value) for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body and isinstance(node.body[0], ast.Expr)}


def literals(source: str) -> Iterator[tuple[int, str]]:
    """Every string literal that is not a docstring, and the parts of f-strings, with their lines."""
    tree = ast.parse(source)
    skip = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skip:
            yield node.lineno, node.value


def imports(source: str) -> Iterator[tuple[int, str]]:
    """Every top-level package that is imported anywhere in the module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.partition(".")[0]


def varying_names() -> dict[str, str]:
    """What the project names in data: careers, languages, layouts, editions, font families."""
    project = discover(ROOT)
    names = dict.fromkeys(project.careers, "career")
    names |= {language.tag: "language" for language in project.languages}
    names |= {layout.name: "layout" for layout in project.layouts}
    # A step of the pipeline or a key of a layout may be called like an edition: it is the program's own word.
    own = {*brochure.PIPELINE, *(key.name for key in dataclasses.fields(Layout))}
    names |= {edition.name: "edition" for edition in project.editions if edition.name not in own}
    for folder in (ROOT / "assets/fonts").iterdir():
        if folder.is_dir():
            names[folder.name] = "family"
            names[folder.name.replace("-", " ").title()] = "family"
    return names


def named(source: str, names: dict[str, str]) -> list[str]:
    """The lines of literals that are one of the names."""
    return [f"{line}: the {names[text]} {text!r}" for line, text in literals(source) if text in names]


def through_another_door(module: str, source: str) -> list[str]:
    return [f"{line}: {library}" for line, library in imports(source)
            if library in DOORS and not module.startswith(DOORS[library])]


# ---- variation is data


def test_no_career_language_layout_edition_or_family_is_named_in_the_program() -> None:
    names, seen = varying_names(), 0
    found = []
    for module in MODULES:
        source = module.read_text("utf-8")
        seen += len(list(literals(source)))
        found += [f"{name_of(module)}:{line}" for line in named(source, names)]
    assert seen > 500 and len(names) > 8
    assert found == []


@pytest.mark.parametrize("code", ['x = "km"', "def f(tag):\n    '''Doc.'''\n    return tag == 'bmet'", 'FONT = ("Moul", 3)',
                                  'f"{x}km"', "case = {'Kantumruy Pro': 1}", "def f(layout='trifold-a4'): ..."])
def test_that_guard_can_fail(code: str) -> None:
    names = {"km": "language", "bmet": "career", "Moul": "family", "Kantumruy Pro": "family", "trifold-a4": "layout"}
    assert len(named(code, names)) == 1


def test_that_guard_does_not_read_docstrings() -> None:
    assert named('"""km"""\n\nclass A:\n    """km"""\n\n    def f(self):\n        """km"""\n', {"km": "language"}) == []


def test_every_name_it_looks_for_is_one_of_the_project() -> None:
    assert {"career", "language", "layout", "edition", "family"} == set(varying_names().values())


# ---- one door per library


def test_every_library_has_one_door() -> None:
    seen = {library for module in MODULES for _, library in imports(module.read_text("utf-8"))}
    assert {"weasyprint", "jinja2", "pikepdf", "click", "babel", "translate", "icu4py"} <= seen
    assert {name_of(module): wrong for module in MODULES
            if (wrong := through_another_door(name_of(module), module.read_text("utf-8")))} == {}


@pytest.mark.parametrize("code", ["import weasyprint", "from weasyprint.text import fonts", "def f():\n    import weasyprint.pdf",
                                  "if x:\n    from jinja2 import Environment", "import os, click"])
def test_that_guard_can_fail_too(code: str) -> None:
    assert len(through_another_door("press.py", code)) == 1
    assert through_another_door("render/x.py", "import weasyprint") == []


def test_every_library_is_declared_and_every_declared_one_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [line for name, lines in project["optional-dependencies"].items() if name not in ("test", "bench") for line in lines]
    declared = {re.split(r"[<>=!~;\[ ]", line)[0].lower() for line in (*project["dependencies"], *extras)}
    package = {"fontTools": "fonttools", "translate": "translate-toolkit", "page": "page-validation",
               "zint": "zint-bindings", "zxingcpp": "zxing-cpp", "PIL": "pillow", "markupsafe": "jinja2",
               "tinycss2": "weasyprint", "tinyhtml5": "weasyprint", "cssselect2": "weasyprint",
               "cffi": "weasyprint", "dask": "distributed"}  # the second half comes with the first
    seen = {library for module in MODULES for _, library in imports(module.read_text("utf-8"))}
    libraries = {package.get(name, name).lower() for name in seen - set(sys.stdlib_module_names) - {"brochure"}}
    assert libraries == declared
    assert len(declared) > 10


# ---- the pipeline, written four times


def pipeline(text: str) -> tuple[str, ...]:
    """The arrow line of a text."""
    line = re.search(r"^\W*(discover → .*?)\W*$", text, re.M)
    return tuple(line[1].split(" → ")) if line else ()


def test_the_pipeline_is_the_same_everywhere() -> None:
    steps = brochure.PIPELINE
    assert len(steps) == 10
    assert pipeline(brochure.__doc__ or "") == steps
    assert pipeline((ROOT / "README.md").read_text("utf-8")) == steps
    source = (PACKAGE / "build.py").read_text("utf-8")
    logged = [node.args[0].value for node in ast.walk(ast.parse(source))
              if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_log"
              and isinstance(node.args[0], ast.Constant)]
    lines = re.findall(r'^    _log\("(\w+)"', source, re.M)
    assert sorted(logged, key=steps.index) == list(steps)
    assert tuple(lines) == steps


def test_the_pipeline_guard_can_fail() -> None:
    assert pipeline("discover → content") == ("discover", "content") != brochure.PIPELINE
    assert pipeline("no such line") == ()


def test_every_step_is_a_module() -> None:
    names = {module.stem for module in PACKAGE.iterdir()} | {"discover", "break"}
    assert set(brochure.PIPELINE) <= names
    assert {"project", "breaks"} <= names


# ---- errors


def error_classes() -> list[type[errors.BrochureError]]:
    return [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.BrochureError)
            and value is not errors.BrochureError]


def test_the_tree_of_errors_is_drawn_with_its_exit_codes() -> None:
    drawn = {name: int(code) for name, code in re.findall(r"[├└]── (\w+) +(\d+) ", errors.__doc__ or "")}
    assert drawn == {error.__name__: error.exit_code for error in error_classes()}
    assert len(set(drawn.values())) == len(drawn) >= 9
    assert not set(drawn.values()) & {0, 1, 130}


def test_errors_survive_the_way_between_processes() -> None:
    for error in error_classes():
        before = error([errors.Problem("a", "b", "c", "warning")])
        after = pickle.loads(pickle.dumps(before))
        assert type(after) is error and after.problems == before.problems


def test_every_raised_error_is_one_of_ours_or_pythons_protocol() -> None:
    """A traceback on a user's screen is a bug: nothing raises RuntimeError or Exception."""
    raised = {node.exc.func.id for module in MODULES for node in ast.walk(ast.parse(module.read_text("utf-8")))
              if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name)}
    assert {"ContentError", "CatalogError", "TemplateError"} <= raised
    assert raised & {"Exception", "RuntimeError", "SystemExit", "AssertionError"} == set()


# ---- modules and comments


def test_modules_are_short_and_have_a_docstring() -> None:
    assert len(MODULES) > 20
    for module in MODULES:
        text = module.read_text("utf-8")
        assert text.count("\n") <= LONGEST, f"{name_of(module)} is too long"
        assert ast.get_docstring(ast.parse(text)), f"{name_of(module)} has no docstring"


def test_no_module_is_named_for_nothing() -> None:
    modules = [*MODULES, *(ROOT / "tests").rglob("*.py")]
    names = {part for module in modules for part in module.relative_to(ROOT).with_suffix("").parts}
    assert len(names) > 20
    assert {name for name in names if re.search("util|helper|manager|misc|common", name)} == set()


IGNORE = re.compile(r"#\s*(?:noqa|type: ignore|pyright: ignore|pragma:)[^#\n]*(?P<reason>#[^\n]+)?")


def ignores_without_reason(text: str) -> list[int]:
    """Lines with an ignore and no comment after it that says why."""
    return [number for number, line in enumerate(text.split("\n"), 1)
            if (found := IGNORE.search(line)) and len(found["reason"] or "") < 8
            and "D102" not in line]  # a row of the same ignore says it once


def test_every_ignore_has_a_reason() -> None:
    places = [*MODULES, *(ROOT / "tests").glob("*.py")]
    seen = sum(len(IGNORE.findall(path.read_text("utf-8"))) for path in places)
    assert seen > 5
    mine = Path(__file__)
    assert {path.relative_to(ROOT).as_posix(): lines for path in places
            if path != mine and (lines := ignores_without_reason(path.read_text("utf-8")))} == {}


def test_the_ignore_guard_can_fail() -> None:
    bad = "x = 1  # no" + "qa: E501\ny = 2  # type: " + "ignore[misc]\nz = 3  # no" + "qa: E501  # a table is easier to read wide"
    assert ignores_without_reason(bad) == [1, 2]


def test_nothing_is_printed_and_no_test_is_left_to_do() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    marks = [name_of(module) for module in MODULES if words.search(module.read_text("utf-8"))]
    assert marks == []
    assert words.search("# TODO: later")


# ---- this checkout is what it says


def test_the_package_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()
    assert re.fullmatch(r"\d+\.\d+\.\d+", brochure.__version__)


def test_the_lock_file_names_no_index_and_pins_by_hash() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert "index-url" not in text and "http" not in text
    pins = re.findall(r"^[A-Za-z0-9_.-]+==\S+", text, re.M)
    assert len(pins) > 20 and text.count("--hash=sha256:") > len(pins)
