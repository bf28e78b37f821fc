"""What is done with the servers while they are there: ``session.py FOLDER COUNT``, in the namespace of ``run.sh``.

Letters of three kinds of connections, a campaign that is killed again and again, and delivery reports read by IMAP.
Everything that was said goes into FOLDER/said.json.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

TESTS = Path(__file__).parents[2]
sys.path.insert(0, str(TESTS))

from crashes import crash, fill  # noqa: E402  # not without the path above
from factories import Folder  # noqa: E402  # the same
from posts import LIST, office  # noqa: E402  # the same

USER = 'user = "organiser"\npassword_env = "MAIL_PASSWORD"\n'
IMAP = '\n[imap]\nhost = "localhost"\nport = 1993\ntls = "implicit"\nuser = "careers"\npassword_env = "MAIL_PASSWORD"\n'
WAYS = {"starttls": (1587, USER), "implicit": (1465, USER), "none": (1027, "")}
ROWS = """\
id,name_en,name_km,email,language
{way}-1,Bak Touk High School,វិទ្យាល័យបាក់ទូក,{way}-1@school.lan,km
{way}-2,"Takeo, Provincial",វិទ្យាល័យតាកែវ,{way}-2@school.lan,en;km
"""
BOUNCES = """\
id,name_en,email,language
here,Here,here@school.lan,en
gone,Gone,gone@moved.lan,en
nobody,Nobody,nobody@school.lan,en
"""


def send(project: Folder, count: int, authority: str) -> tuple[int, str]:
    done = project.run("mail", "send", LIST, "--send", "--yes", str(count), "--rate", "100000", "--ca-file", authority)
    return done.returncode, done.stdout + done.stderr


def until(done: Callable[[], bool]) -> None:
    for _ in range(200):
        if done():
            return
        time.sleep(0.1)


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    authority = str(folder / "tls/root.pem")
    said = dict[str, object]()
    for way, (port, login) in WAYS.items():
        project = office(folder / way, port, tls=way, more=login, rows=ROWS.format(way=way))
        project.edit("templates/mail/mail.toml", 'editions = ["screen"]', 'editions = ["screen"]\nnative_names = true')
        said[way] = send(project, 2, authority)
    project = office(folder / "bounces", 1587, tls="starttls", more=USER + IMAP, rows=BOUNCES)
    said["sent"] = send(project, 3, authority)
    until(lambda: any(Path("/run/peer/mail/careers").glob("new/*")))
    for key in ("first", "second"):
        done = project.run("mail", "bounces", LIST, "--imap", "--ca-file", authority)
        said[key] = (done.returncode, done.stdout + done.stderr)
    said["unread"] = len(list(Path("/run/peer/mail/careers").glob("new/*")))
    said["status"] = project.run("mail", "status", LIST).stdout
    said["suppressions"] = (project / "suppressions.csv").read_text("utf-8-sig")
    project = office(folder / "crash", 1465, tls="implicit", more=USER)
    ruin = crash(project, fill(project, count, 20_000), seed=3, most=0.4, options=("--ca-file", authority))
    said["ruin"] = asdict(ruin) | {"doubted": sorted(ruin.doubted)}
    (folder / "said.json").write_text(json.dumps(said), "utf-8")


if __name__ == "__main__":
    main()
