"""Run: many jobs, only the ones whose inputs changed, in several processes; every file whole or not at all."""

import contextlib
import datetime
import functools
import hashlib
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from brochure import content as contents
from brochure import files, manifest
from brochure.errors import BrochureError, CatalogError, OutputError, Problem, SetupError, UsageError, shown
from brochure.project import Job, Project, every

# What a job depends on, besides the program: paths below the project that begin so. {career}, {language}, {twin} are filled in.
DEPENDS = ("templates/content/{career}.toml", "templates/macros/", "templates/layouts/", "templates/editions/",
           "templates/printer/",
           "locales/{language}/", "locales/{style}/", "locales/{twin}/",
           "locales/numbers.txt", "assets/", f"{manifest.PACKAGE}/")


@dataclass(frozen=True)
class Outcome:
    """What became of one job. ``state`` is built, unchanged or failed; ``exit_code`` 0 unless it failed."""

    job: Job
    file: str
    state: str
    seconds: float = 0.0
    size: int = 0
    problems: tuple[Problem, ...] = ()
    exit_code: int = 0


Report = Callable[[Outcome], None]


def run(project: Project, jobs: Sequence[Job], out: Path | None, *, draft: bool, workers: int, selection: str,
        report: Report) -> list[Outcome]:
    """Build the jobs that need it and report each as it ends; without ``out`` everything is checked, nothing written."""
    old = manifest.load(str(out / manifest.FILE)) if out else manifest.Manifest()
    new = inputs(project.root, old)
    keys = {job: key(job, project, new, draft) for job in jobs}
    names = {job: output(job, draft) for job in jobs}
    new.outputs, new.notes, new.due = dict(old.outputs), dict(old.notes), dict(old.due)
    new.selections = {key: cells for key, cells in old.selections.items() if new.inputs == old.inputs}
    outcomes, wanted = list[Outcome](), list[Job]()
    for job in jobs:
        if out and _fresh(old, names[job], keys[job], out):
            outcomes.append(Outcome(job, names[job], "unchanged", problems=_noted(old, names[job])))
            report(outcomes[-1])
        else:
            wanted.append(job)
    try:
        for outcome in _built(wanted, project, out, draft, workers):
            outcomes.append(outcome)
            _record(new, outcome, keys[outcome.job], out, project)
            report(outcome)
    finally:
        if out:
            if not any(outcome.exit_code for outcome in outcomes) and len(outcomes) == len(jobs):
                new.selections[selection] = [names[job] for job in jobs]
            _clear(new, out, project)
            # Where a job could not be written, the list cannot either, and the job has said so.
            full = any(outcome.exit_code == OutputError.exit_code for outcome in outcomes)
            with contextlib.suppress(OutputError) if full else contextlib.nullcontext():
                files.write(out / manifest.FILE, new.dump())
    return outcomes


def clear_all(out: Path) -> None:
    """Take away every brochure of an output folder: nothing says any more what they should be."""
    known = manifest.load(str(out / manifest.FILE))
    for name in known.outputs:
        files.remove(out / name)
    files.remove(out / manifest.FILE)


def output(job: Job, draft: bool) -> str:
    """The file of a job below the output folder; a draft never stands in a finished brochure's place."""
    return job.file.replace(f".{job.language}.pdf", f".draft.{job.language}.pdf") if draft else job.file


def due(project: Project, careers: Iterable[str], today: datetime.date) -> tuple[Problem, ...]:
    """The warnings for statements that were to be reviewed before ``today``."""
    found = list[Problem]()
    for career in careers:
        with contextlib.suppress(BrochureError):  # the build itself says what is wrong with the file
            content = contents.load(project.root / f"templates/content/{career}.toml", project.root)
            found += [problem for day, problem in contents.due(content) if day < today]
    return tuple(found)


def inputs(root: Path, old: manifest.Manifest) -> manifest.Manifest:
    """A manifest with the inputs as they are now; only files whose size or time changed are read."""
    new = manifest.Manifest()
    for name, stat in sorted(manifest.stats(str(root)).items()):
        known = old.inputs.get(name)
        new.inputs[name] = known if known and known[0] == stat else (stat, _sha(root, name, stat))
    return new


def _sha(root: Path, name: str, stat: manifest.Stat) -> str:
    path = Path(__file__).parent / name.removeprefix(f"{manifest.PACKAGE}/") if name.startswith(manifest.PACKAGE) else root / name
    if path.is_dir() or not path.is_file():
        return str(stat[1])
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise UsageError([Problem(name, f"cannot be read: {error.strerror}", "may you read this file?")]) from error


def key(job: Job, project: Project, now: manifest.Manifest, draft: bool) -> str:
    """A digest of everything a job depends on."""
    starts = depends(job, project)
    digest = hashlib.sha256(repr((job, draft, os.environ.get("SOURCE_DATE_EPOCH"))).encode())
    for name, (_, sha) in now.inputs.items():
        if name.startswith(starts):
            digest.update(f"{name}\0{sha}\0".encode())
    return digest.hexdigest()


def depends(job: Job, project: Project) -> tuple[str, ...]:
    """How the paths of the files begin that a job depends on."""
    languages = [project.language(tag) for tag in job.languages]
    return tuple(part.format(career=job.career, language=language.tag, style=language.style, twin=language.twin or language.tag)
                 for language in languages for part in DEPENDS)


def _fresh(old: manifest.Manifest, name: str, key: str, out: Path) -> bool:
    known = old.outputs.get(name)
    return known is not None and known[0] == key and known[1] == manifest.stat(str(out / name))


def _noted(old: manifest.Manifest, name: str) -> tuple[Problem, ...]:
    return tuple(Problem(where, what, hint, severity) for severity, where, what, hint in old.notes.get(name, ()))


def _record(new: manifest.Manifest, outcome: Outcome, key: str, out: Path | None, project: Project) -> None:
    new.forget(outcome.file)
    # Who asked for a file of this name with another weight of paper, or on another day, finds another file now.
    new.selections = {asked: names for asked, names in new.selections.items() if outcome.file not in names}
    if out is None or outcome.exit_code:
        return
    new.outputs[outcome.file] = (key, manifest.stat(str(out / outcome.file)))
    new.notes[outcome.file] = [[p.severity, *map(shown, (p.where, p.what, p.hint))] for p in outcome.problems]
    content = contents.load(project.root / f"templates/content/{outcome.job.career}.toml", project.root)
    new.due[outcome.file] = [[day.isoformat(), *map(shown, (p.where, p.what, p.hint))] for day, p in contents.due(content)]


def _clear(new: manifest.Manifest, out: Path, project: Project) -> None:
    """Take away what was built for a career, language, layout or edition that is no longer there."""
    with contextlib.suppress(BrochureError):
        real = {output(job, draft) for job in every(project) for draft in (False, True)}
        for name in [name for name in new.outputs if name not in real]:
            files.remove(out / name)
            new.forget(name)


def _built(jobs: Sequence[Job], project: Project, out: Path | None, draft: bool, workers: int) -> Iterator[Outcome]:
    task = functools.partial(_task, project=project, out=out, draft=draft, barred={} if draft else barred(jobs, project))
    if workers == 1 or len(jobs) < 2:
        yield from map(task, jobs)
        return
    with pool(min(workers, len(jobs))) as processes:
        yield from _together(processes, task, jobs)


def barred(jobs: Sequence[Job], project: Project) -> dict[str, tuple[Problem, ...]]:
    """By catalog: what the checks of catalogs find in it that must not be printed."""
    found: dict[str, tuple[Problem, ...]] = {}
    for tag in dict.fromkeys(tag for job in jobs for tag in job.languages):
        language = project.language(tag)
        if not language.source and not language.disguise:
            from brochure.catalog.check import run as checks  # of the source there is no catalog, and no need to load them

            with contextlib.suppress(BrochureError):  # what cannot be read the build itself says
                for problem in checks.problems(checks.check(project, language, blocking=True)):
                    file = problem.where.partition(":")[0]
                    found[file] = (*found.get(file, ()), problem)
    return found


def pool(workers: int) -> ProcessPoolExecutor:
    """So many processes, which leave Ctrl-C to this one."""
    return ProcessPoolExecutor(workers, _start_method(), deaf)


@contextlib.contextmanager
def unbroken(processes: Executor) -> Iterator[None]:
    """SetupError if the system ends one of these processes; whatever stops the work, no other task is begun."""
    try:
        yield
    except BrokenExecutor as error:
        raise SetupError([Problem("brochure", "the system ended a process of this build, perhaps for want of memory",
                                  "try again with --jobs 1")]) from error
    except BaseException:
        processes.shutdown(wait=True, cancel_futures=True)
        raise


def _together(processes: Executor, task: Callable[[Job], Outcome], jobs: Sequence[Job]) -> Iterator[Outcome]:
    with unbroken(processes):
        waiting: list[Future[Outcome]] = [processes.submit(task, job) for job in jobs]
        for done in as_completed(waiting):
            yield done.result()


def _start_method() -> multiprocessing.context.BaseContext:
    """The platform's own; but where text was drawn there are threads, and a forked child would wait for them for ever."""
    return multiprocessing.get_context("spawn" if "weasyprint" in sys.modules else None)


def deaf() -> None:
    """A worker finishes the file it is at when the user presses Ctrl-C; the parent starts no other.

    It ends when it is told to itself, and when its parent is gone: nobody else would ever end it.
    """
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_survive, daemon=True).start()


def _survive() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _task(job: Job, project: Project, out: Path | None, draft: bool, barred: Mapping[str, tuple[Problem, ...]]) -> Outcome:
    """Build and write one job; an error of ours is an outcome, and leaves no stale file behind."""
    from brochure.build import build

    start, name = time.perf_counter(), output(job, draft)
    try:
        data, notes = build(job, project, draft=draft)
        stops = [problem for tag in job.languages for name_ in ("brochure", job.career)
                 for problem in barred.get(f"locales/{tag}/LC_MESSAGES/{name_}.po", ())]
        if stops and not project.edition(job.edition).review:
            raise CatalogError(stops)
        if out:
            files.write(out / name, data)
    except BrochureError as error:
        return _failed(job, name, start, out, error.problems, error.exit_code)
    except Exception as error:
        return _failed(job, name, start, out, (fault(str(job), error),), BrochureError.exit_code)
    return Outcome(job, name, "built", time.perf_counter() - start, len(data), notes)


def fault(where: str, error: Exception) -> Problem:
    """The problem that is a fault of the program."""
    place = traceback.extract_tb(error.__traceback__)
    ours = next((frame for frame in reversed(place) if Path(frame.filename).is_relative_to(Path(__file__).parent)), place[-1])
    return Problem(where, f"brochure itself failed, please report this: {type(error).__name__}: {error} "
                   f"({Path(ours.filename).name}:{ours.lineno})")


def _failed(job: Job, name: str, start: float, out: Path | None, problems: Sequence[Problem], code: int) -> Outcome:
    """The outcome of a job that failed, its stale file taken away."""
    found = list(problems)
    if out:
        try:
            files.remove(out / name)
        except OutputError as stuck:
            found += [problem for problem in stuck.problems if problem not in found]
    return Outcome(job, name, "failed", time.perf_counter() - start, 0, tuple(found), code)
