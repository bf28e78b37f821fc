"""Clusters: a letter with everything that hangs on it, in any script; what is shaped and cut as one."""

import re
import unicodedata

_SCRIPTS = range(0x300, 0x3100)  # the marks of living scripts
MARKS = "".join(sign for sign in map(chr, _SCRIPTS) if unicodedata.category(sign)[0] == "M") + "\u200c\u200d\u2060"
"""What hangs on a letter; with the invisible signs that may stand within a cluster."""

JOINERS = "".join(sign for sign in MARKS if unicodedata.combining(sign) == 9)
"""Signs that join the next letter to the one before; Unicode's combining class 9."""

_CLUSTER = re.compile(f"(?:[^{MARKS}]|^)[{MARKS}]*(?:(?<=[{JOINERS}])[^{MARKS}][{MARKS}]*)*")


def clusters(text: str) -> list[str]:
    """The clusters of a text, all of it in order.

    >>> [len(cluster) for cluster in clusters("ខ្មែរ")]
    [4, 1]
    """
    return _CLUSTER.findall(text)
