"""Builders of catalogs and templates for the tests of update, receive and exchange."""

import re
import shutil
import subprocess
from pathlib import Path

from hypothesis import strategies as st
from translate.storage import pypo

HEADER = ('# Khmer words.\nmsgid ""\nmsgstr ""\n"Project-Id-Version: x\\n"\n"Language: km\\n"\n"X-Poedit-Basepath: ..\\n"\n'
          '"Content-Type: text/plain; charset=UTF-8\\n"\n')
POT = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
HERE = Path(__file__).parent / "data/catalogs"
MSGFMT = shutil.which("msgfmt")

LETTERS = st.sampled_from("abc ក្ខា១é\"\\\n\t<>%'“”{}") | st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"],
                                                                       exclude_characters="\u202a\u202b\u202c\u202d\u202e\ufeff\ufffd")
TEXT = (st.text(LETTERS, min_size=1, max_size=60) | st.sampled_from(["_: x", "_: x\n_: y", "_:"])).filter(str.strip)
KEYS = st.lists(st.from_regex(r"[a-z]{1,5}\.[a-z]{1,5}", fullmatch=True), unique=True, min_size=1, max_size=6)


def quoted(text: str) -> str:
    return f'"{pypo.escapeforpo(text)}"'


def message(key: str, msgid: str, msgstr: str = "", above: str = "", note: str = "Note.") -> str:
    """One message with its comments; ``above`` holds lines such as ``#, fuzzy`` and ``# mine``, with their line ends."""
    lines = above.splitlines(keepends=True)
    comments = "".join(line for line in lines if line.startswith("# ")) + (f"#. {note}\n#: a.toml\n" if note else "")
    comments += "".join(line for line in lines if not line.startswith("# "))
    return f"{comments}msgctxt {quoted(key)}\nmsgid {quoted(msgid)}\nmsgstr {quoted(msgstr)}\n"


def po(*messages: str) -> bytes:
    return "\n".join((HEADER, *messages)).encode()


def pot(*messages: str) -> bytes:
    return "\n".join((POT, *messages)).encode()


def obsolete(text: str) -> str:
    """A message as ``#~``."""
    return "".join(f"#~ {line}\n" for line in text.splitlines() if not line.startswith("#"))


def block(data: bytes, key: str) -> str:
    """The lines of one message, with its comments."""
    text = data.decode().replace("\r\n", "\n")
    return next((one.strip("\n") for one in re.split(r"\n\n+", text) if f'\nmsgctxt "{key}"\n' in f"\n{one}"), "")


def accepted(data: bytes, folder: Path) -> bool:
    """Whether GNU msgfmt accepts the catalog."""
    assert MSGFMT, "msgfmt is not installed: make test installs it"
    path = folder / "checked.po"
    path.write_bytes(data)
    found = subprocess.run([MSGFMT, "-c", "-o", "/dev/null", str(path)], capture_output=True, check=False)
    return found.returncode == 0
