"""Pull the plug: the real program, killed at random while it sends 60 letters."""

from pathlib import Path

from crashes import crash, fill
from posts import Server, office, served


def test_sixty_letters_under_sigkill(tmp_path: Path) -> None:
    server = Server(delay=0.01)
    with served(server) as port:
        project = office(tmp_path / "project", port)
        ruin = crash(project, fill(project, 60, 20_000), seed=7, most=0.3)
    ruin.check(server.times)
    assert len(ruin.states) == 60
