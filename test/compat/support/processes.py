"""Child processes: bounded, logged to a file, and ended with everything they started."""

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path


_running: set[subprocess.Popen] = set()


def end_all() -> None:
    """Ends every child that `run` still waits for, so that an interrupted session does not wait for them."""
    for child in list(_running):
        _kill_group(child)


def _kill_group(child: subprocess.Popen) -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def default_interrupt() -> None:
    """A child of a background shell inherits an ignored SIGINT, and could not be interrupted."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass(frozen=True)
class Finished:
    code: int
    output: str


def run(command: list[str], env: dict[str, str], cwd: Path, timeout: float) -> Finished:
    """Runs to the end; stdout and stderr arrive as one text."""
    child = subprocess.Popen(
        command, env=env, cwd=cwd, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=default_interrupt,
    )
    _running.add(child)
    try:
        output, _ = child.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        _kill_group(child)
        output, _ = child.communicate()
        raise AssertionError(f"{' '.join(command)} did not end within {timeout:g} s:\n{output}") from None
    except BaseException:
        _kill_group(child)
        raise
    finally:
        _running.discard(child)
    return Finished(child.returncode, output)


class Service:
    """A process that stays until it is stopped."""

    def __init__(self, command: list[str], env: dict[str, str], cwd: Path, log: Path) -> None:
        self.log = log
        with log.open("w") as sink:
            self.child = subprocess.Popen(
                command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT,
                start_new_session=True, preexec_fn=default_interrupt,
            )

    @property
    def output(self) -> str:
        return self.log.read_text()

    def interrupt(self, timeout: float = 120) -> int:
        """Ctrl-C; answers the exit code."""
        self.child.send_signal(signal.SIGINT)
        return self.child.wait(timeout)

    def kill(self) -> None:
        """Ends the process and its whole group, however far it got."""
        _kill_group(self.child)
        self.child.wait()


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits for its parent to look does not count."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
