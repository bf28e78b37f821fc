"""``make bench``: print every figure with what it is compared to and what it should reach.

With ``--memory`` a list of 100,000 schools is built too: it takes minutes, and 9 GB of the disk meanwhile.
"""

import csv
import functools
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks import preview

ROOT = Path(__file__).parents[2]
PLAIN = Path(__file__).with_name("plain.py")
PEER = Path(__file__).with_name("peer.py")
POST = Path(__file__).with_name("post.py")
LETTERS = 500
LETTER = """\
[sender]
name = "Career Guidance"
address = "careers@guidance.lan"
[letter]
layout = "trifold-a4"
editions = ["screen"]
[server]
host = "localhost"
port = {port}
tls = "none"
"""
SCHOOLS, MANY, TYPESET, CHECKED = 1000, 100_000, 50, 10_000
ENGLISH = ("Northern", "Riverside", "Provincial", "Technical", "Saint Mary", "Secondary", "Boarding", "Kampong", "Takeo", "Kep")
KHMER = ("ព្រះស៊ីសុវត្ថិ", "ហ៊ុនសែន", "បាត់ដំបង", "កំពង់ចាម", "ឧត្តរមានជ័យ", "ស្ទឹងត្រែង", "ព្រៃវែង", "សៀមរាប", "តាកែវ", "កណ្តាល")
MEASURED = """\
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
PAGE = "bmet trifold-a4 office km"
JOB = ("--layout", "trifold-a4", "--edition", "screen", "--lang", "km")


def seconds(action: Callable[[], Any]) -> float:
    """How long the action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def paired(first: Callable[[], Any], second: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """The medians of two actions that take turns, so that a busy moment hits both."""
    times = [(seconds(first), seconds(second)) for _ in range(rounds)]
    return statistics.median(a for a, _ in times), statistics.median(b for _, b in times)


def process(*command: str, cwd: Path) -> Callable[[], Any]:
    """An action that runs a command as a process of its own, with modules compiled before, as those of any program are."""
    there = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return functools.partial(subprocess.run, command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, env=there)


def line(what: str, figure: str, reach: str) -> None:
    """One line of the report."""
    print(f"{what:58} {figure:>30}   reach {reach}")


def main() -> None:
    """Measure in a copy of the project, so that nothing of the user's is touched."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        for name in ("templates", "locales", "assets"):
            shutil.copytree(ROOT / name, project / name)
        nothing(project)
        one_message(project)
        whole_build(project)
        plain = overhead()
        schools(project, plain)
        print_run(project)
        checking(project)
        mail(project)
        for measured in preview.lines(project, plain[PAGE]):
            line(*measured)
        if "--memory" in sys.argv:
            memory(project)


def nothing(project: Path) -> None:
    """A build in which nothing changed, against a Python that does nothing."""
    brochure = shutil.which("brochure", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}") or "brochure"
    process(brochure, "build", *JOB, cwd=project)()
    idle, bare = paired(process(brochure, "build", *JOB, cwd=project),
                        process(sys.executable, "-c", "pass", cwd=project), 20)
    line("build with nothing to do : python -c pass", f"{idle / bare:.2f} x ({idle * 1000:.0f} : {bare * 1000:.0f} ms)", "3 x")


def one_message(project: Path) -> None:
    """One message of a catalog changed and one PDF built again, against plain WeasyPrint on the same page."""
    catalog = project / "locales/km/LC_MESSAGES/bmet.po"
    before = catalog.read_text("utf-8")
    state = iter(range(1000))

    def change() -> None:
        catalog.write_text(f"# {next(state)}\n{before}", "utf-8")
        process(sys.executable, "-m", "brochure", "build", *JOB, cwd=project)()

    ours, plain = paired(change, process(sys.executable, str(PLAIN), str(project), "cold", cwd=ROOT), 5)
    line("one changed message to one PDF : plain WeasyPrint, cold", f"{ours / plain:.2f} x ({ours:.2f} : {plain:.2f} s)", "-")


def whole_build(project: Path) -> None:
    """Every brochure from nothing, with one process and with all; memory of the largest process; file size."""
    for workers in ("1", str(os.cpu_count() or 1)):
        shutil.rmtree(project / "dist")
        took = seconds(process(sys.executable, "-m", "brochure", "build", "--jobs", workers, cwd=project))
        count = len(list((project / "dist").rglob("*.pdf")))
        line(f"every brochure, {workers} at a time", f"{took:.2f} s for {count} files", "-")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    line("peak memory of the largest process", f"{peak:.0f} MB", "200 MB")
    size = (project / "dist/bmet/trifold-a4.screen.km.pdf").stat().st_size / 1000
    line("Khmer tri-fold for screens", f"{size:.0f} kB", "150 kB")


def listed(file: Path, count: int) -> None:
    """Write a list of so many schools."""
    with file.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(("id", "name_en", "name_km", "contact", "telephone", "url", "event_date"))
        for number in range(count):
            english, khmer = ([words[number // len(words) ** place % len(words)] for place in range(3)]
                              for words in (ENGLISH, KHMER))
            table.writerow((f"s{number:05}", f"{' '.join(english[:2])} School {number}", f"វិទ្យាល័យ{''.join(khmer[:2])} {number}",
                            f"Sok {english[2]} {number}", f"+855 00 {number:06}", f"https://example.org/school/{number}",
                            f"2026-11-{number % 28 + 1:02}"))


def made(project: Path, layout: str, edition: str, language: str, workers: str, out: str, file: str = "schools.csv") -> float:
    """Build a list of schools; the seconds from start to exit.

    ``out`` is better a new folder: ext4 takes long to make files where as many were removed within the last minute.
    """
    return seconds(process(sys.executable, "-m", "brochure", "schools", "build", file, "--layout", layout, "--edition", edition,
                           "--lang", language, "--out", out, "--jobs", workers, cwd=project))


def schools(project: Path, plain: dict[str, float]) -> None:
    """A list of schools, all cold, from start to exit with the files on disk, against ``write_pdf`` of a file at a time and
    against Typst, both warm."""
    listed(project / "schools.csv", SCHOOLS)
    every = str(os.cpu_count() or 1)
    for job, alone in plain.items():
        _, layout, edition, language = job.split()
        for workers in dict.fromkeys(("1", every)):
            out = f"schools.{edition}.{language}.{workers}"
            took = made(project, layout, edition, language, workers, out)
            count = len(list((project / out).rglob("*.pdf")))
            line(f"{count} schools, {edition} {language}, {workers} at a time : plain write_pdf", f"{took:.2f} s, "
                 f"{alone * count / took:.0f} x as fast", "2.0 s, 40 x")
        if edition == "screen":
            typeset(project, language, took / count)
            one_row(project, language, out, took)


def print_run(project: Path) -> None:
    """All schools in one file for a print shop with its packing list, all cold, from start to exit."""
    for language in ("en", "km"):
        out = f"run.{language}"
        took = seconds(process(sys.executable, "-m", "brochure", "schools", "run", "schools.csv", "--layout", "trifold-a4",
                               "--edition", "office", "--lang", language, "--out", out, cwd=project))
        size = (project / out / "bmet/trifold-a4.office.run.pdf").stat().st_size / 1e6
        line(f"one print run of {SCHOOLS} schools x 2 sides, {language}", f"{took:.2f} s, {size:.2f} MB", "2.0 s, 4 MB")


def typeset(project: Path, language: str, ours: float) -> None:
    """The same words by Typst."""
    done = subprocess.run([sys.executable, str(PEER), str(project), language, str(TYPESET)], cwd=ROOT, capture_output=True,
                          text=True, check=False)
    if done.returncode == 3:
        print("Typst is not installed: pip install 'brochure[bench]'")
        return
    if done.returncode:
        raise SystemExit(done.stderr)
    theirs = float(done.stdout.split()[0])
    line(f"a file of a school, {language} : by Typst, warm", f"{theirs / ours:.1f} x as fast ({ours * 1000:.1f} : "
         f"{theirs * 1000:.1f} ms)", "5 x")


def one_row(project: Path, language: str, out: str, whole: float) -> None:
    """One row of the list changed: all cold, and what of it is left in a process that has laid the brochure out."""
    text = (project / "schools.csv").read_text("utf-8")
    times = []
    for number in range(3):
        (project / "schools.csv").write_text(text.replace("Sok Northern 0,", f"Dara {number},", 1), "utf-8")
        times.append(made(project, "trifold-a4", "screen", language, "1", out))
    (project / "schools.csv").write_text(text, "utf-8")
    cold = statistics.median(times)
    line(f"one changed row of {SCHOOLS}, {language} : the whole list", f"{cold:.2f} s, 1 : {whole / cold:.1f}", "0.2 s")
    command = (sys.executable, "-m", "tests.benchmarks.row", str(project), language)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    warm, alone = map(float, done.stdout.split())
    line(f"one changed row, {language}, warm : write_pdf of it, warm", f"{warm / alone:.2f} x ({warm * 1000:.0f} : "
         f"{alone * 1000:.0f} ms)", "200 ms")


def memory(project: Path) -> None:
    """The largest process at a list of a hundred thousand, against one at a thousand; the files are removed again."""
    peaks = []
    for count in (SCHOOLS, MANY):
        listed(project / "many.csv", count)
        command = [sys.executable, "-c", MEASURED, sys.executable, "-m", "brochure", "schools", "build", "many.csv", "--layout",
                   "trifold-a4", "--edition", "screen", "--lang", "en", "--out", "many"]
        peaks.append(float(subprocess.run(command, cwd=project, check=True, capture_output=True, text=True).stdout) / 1024)
        shutil.rmtree(project / "many")
    line(f"memory, {MANY} schools : {SCHOOLS} schools", f"{peaks[1] / peaks[0]:.2f} x ({peaks[1]:.0f} : {peaks[0]:.0f} MB)",
         "300 MB")


def checking(project: Path) -> None:
    """The letters to ten thousand schools, each brochure drawn, from start to exit; ``user`` is what all processes worked."""
    with (project / "schools.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    copied = [[f"{at}-{row[0]}", *row[1:], f"s{at}-{row[0]}@guidance.lan", "km"]
              for at in range(CHECKED // len(rows)) for row in rows]
    with (project / "many.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[*head, "email", "language"], *copied])
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    took = seconds(process(sys.executable, "-m", "brochure", "mail", "check", "many.csv", cwd=project))
    user = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    line(f"mail check of {len(copied)} schools", f"{took:.1f} s ({user:.1f} s user)", "10 s")


def mail(project: Path) -> None:
    """Letters with a PDF of 60 kB each to a server on this computer, over one connection, every step of each on the disk."""
    with subprocess.Popen((sys.executable, str(POST), "sink"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sink:
        assert sink.stdin and sink.stdout
        (project / "templates/mail/mail.toml").write_text(LETTER.format(port=int(sink.stdout.readline())), "utf-8")
        peaks = dict[int, float]()
        for count in (LETTERS // 10, LETTERS):
            shutil.rmtree(project / "schools.csv.mail", ignore_errors=True)
            peak = _peak((sys.executable, str(POST), "fill", "schools.csv.mail/journal", str(count)), project)
            start = time.perf_counter()
            command = ("send", "schools.csv", "--send", "--as-made", "--rate", "1000000", "--yes", str(count))
            peaks[count] = max(peak, _peak((sys.executable, "-m", "brochure", "mail", *command), project))
            took = time.perf_counter() - start
        sink.stdin.close()
    line(f"{LETTERS} letters with a PDF of 60 kB, one connection", f"{LETTERS / took:.0f} a second", "15 a second")
    few, many = peaks.values()
    line(f"peak memory of {LETTERS} letters : of {LETTERS // 10}", f"{many / few:.2f} x ({many:.0f} : {few:.0f} MB)", "1.1 x")


def _peak(command: Sequence[str], folder: Path) -> float:
    """Run a command to its end; the most memory it had, in MB."""
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return used.ru_maxrss / 1024


def overhead() -> dict[str, float]:
    """The pipeline on one job against ``write_pdf`` on the same page, both warm in one process; the seconds of the latter."""
    found = {}
    done = subprocess.run([sys.executable, str(PLAIN), str(ROOT), "warm"], cwd=ROOT, check=True, capture_output=True, text=True)
    for row in done.stdout.splitlines():
        what, ours, plain = row.split("\t")
        found[what] = float(plain)
        line(f"{what}: pipeline : plain write_pdf, warm",
             f"{float(ours) / float(plain):.2f} x ({float(ours) * 1000:.0f} : {float(plain) * 1000:.0f} ms)", "1.3 x")
    return found


if __name__ == "__main__":
    main()
