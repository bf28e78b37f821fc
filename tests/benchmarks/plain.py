"""The yardstick: the page the pipeline composes, given to WeasyPrint alone.

``plain.py PROJECT cold`` makes one PDF and ends; ``plain.py PROJECT warm`` compares with the pipeline in turns.
"""

import contextlib
import functools
import statistics
import sys
import time
from pathlib import Path
from typing import Any
from unittest import mock
from xml.etree import ElementTree

from brochure import build as pipeline
from brochure.project import Job, discover

JOBS = [Job("bmet", "trifold-a4", edition, language) for edition in ("screen", "office") for language in ("en", "km")]


class _Enough(Exception):
    """Raised to stop the pipeline once its page is known."""


def page(job: Job, project: Any) -> str:
    """The HTML the pipeline lays out, with its line breaks."""
    caught: list[str] = []

    def keep(html: str, *, edit: Any, **_: Any) -> None:
        import tinyhtml5

        tree = tinyhtml5.parse(html, namespace_html_elements=False)
        edit(tree)
        caught.append("<!DOCTYPE html>" + ElementTree.tostring(tree, encoding="unicode", method="html"))
        raise _Enough

    with mock.patch.object(pipeline, "render", keep), contextlib.suppress(_Enough):
        pipeline.build(job, project)
    return caught[0]


def plain(html: str, root: Path, variant: str) -> bytes:
    """One PDF by WeasyPrint alone."""
    import weasyprint
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            path = root / url.removeprefix("https://brochure.invalid/")
            kind = {".css": "text/css", ".svg": "image/svg+xml"}.get(path.suffix, "")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    document = weasyprint.HTML(string=html, base_url="https://brochure.invalid/", url_fetcher=Fetcher())
    data: bytes = document.write_pdf(pdf_variant=variant)
    return data


def main() -> None:
    """Run as the docstring says."""
    root, mode = Path(sys.argv[1]), sys.argv[2]
    from brochure.render import fonts

    fonts.isolate(root / "assets/fonts")
    project = discover(root)
    for job in JOBS if mode == "warm" else JOBS[1:2]:
        html, variant = page(job, project), project.edition(job.edition).variant
        alone = functools.partial(plain, html, root, variant)
        alone()
        if mode == "warm":
            pipeline.build(job, project)
            rounds = [(_time(lambda job=job: pipeline.build(job, project)), _time(alone)) for _ in range(9)]
            print(job, *(statistics.median(column) for column in zip(*rounds, strict=True)), sep="\t")


def _time(action: Any) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
