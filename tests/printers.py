"""Stand-ins for CUPS' commands, which take notes and answer what a test tells them to."""

import json
import sys
from pathlib import Path

EVERYWHERE = """\
PageSize/Media Size: 3.5x5 A3 *A4 Letter Custom.WIDTHxHEIGHT
MediaType/Media Type: *Stationery Labels
Duplex/2-Sided Printing: None *DuplexNoTumble DuplexTumble
"""
STAND_IN = """\
#!{python}
import json, pathlib, sys
here = pathlib.Path(__file__).parent
name = pathlib.Path(sys.argv[0]).name
with (here / "notes").open("a") as notes:
    notes.write(json.dumps([name, *sys.argv[1:]]) + "\\n")
answers = json.loads((here / "answers").read_text("utf-8"))
said, code = answers.get(" ".join([name, *sys.argv[1:2]]), answers.get(name, ["", 0]))
(sys.stderr if code else sys.stdout).write(said)
sys.exit(code)
"""


def install(folder: Path) -> Path:
    """Put the commands into a folder for the PATH; there is one printer, which can do everything."""
    folder.mkdir()
    for name in ("lp", "lpstat", "lpoptions"):
        (folder / name).write_text(STAND_IN.format(python=sys.executable), "utf-8")
        (folder / name).chmod(0o755)
    answers = {"lpstat -e": ["Office\n", 0], "lpoptions": [EVERYWHERE, 0], "lp": ["request id is Office-7 (1 file(s))\n", 0]}
    (folder / "answers").write_text(json.dumps(answers), "utf-8")
    return folder
