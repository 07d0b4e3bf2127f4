"""The unmodified Prefect client in one of the ways it can be pointed at the system."""

import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import httpx
import prefect
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId, LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import FlowRun, State, TaskRun
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_KEY,
    PREFECT_API_URL,
    PREFECT_CLOUD_API_URL,
    temporary_settings,
)

from .processes import Finished, Service, run
from .target import Target
from .waiting import until

HERE = Path(__file__).parent.parent
EXAMPLES = HERE.parent.parent / "examples" / "python"
FLOWS = HERE / "flows"
FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
ELSEWHERE = "https://cloud.invalid/api"
SETTINGS = {
    setting.name: setting
    for setting in (PREFECT_API_URL, PREFECT_API_KEY, PREFECT_CLOUD_API_URL, PREFECT_API_AUTH_STRING)
}


class Client:
    """
    `api_url` starting with `cloud_url` puts the client into Cloud mode, anything else into server mode, where it proves
    itself by `auth_string` (`key` or `user:key`): it is the only thing that the client's websockets send there.
    """

    def __init__(
        self, target: Target, name: str, home: Path, api_url: str, cloud_url: str = ELSEWHERE, auth_string: str = ""
    ) -> None:
        self.target, self.name, self.home = target, name, home
        self.settings = {"PREFECT_API_URL": api_url, "PREFECT_CLOUD_API_URL": cloud_url}
        proof = {"PREFECT_API_AUTH_STRING": auth_string} if auth_string else {"PREFECT_API_KEY": target.key}
        self.settings |= proof
        self.raw = httpx.Client(headers={"Authorization": f"Bearer {target.key}"}, timeout=120)
        home.mkdir(parents=True, exist_ok=True)

    def env(self, cwd: Path, **more: str) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("PREFECT", "HEADGATE"))}
        return inherited | self.settings | {
            "PREFECT_HOME": str(self.home),
            "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "PREFECT_RUNNER_POLL_FREQUENCY": "1",
            "PREFECT_LOGGING_TO_API_BATCH_INTERVAL": "0.5",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "COLUMNS": "200",
            "PWD": str(cwd),
        } | more

    # Processes

    def prefect(self, *args: str, fails: bool = False, cwd: Path = EXAMPLES, timeout: float = 300, **env: str) -> str:
        """Runs the command line without prompts; answers its output."""
        done = run([*_prefect(), "--no-prompt", *args], self.env(cwd, **env), cwd, timeout)
        assert (done.code != 0) == fails, f"prefect {' '.join(args)} ended with {done.code}:\n{done.output}"
        return done.output

    def python(self, script: Path, *args: str, timeout: float = 300) -> Finished:
        return run([sys.executable, str(script), *args], self.env(script.parent), script.parent, timeout)

    def start_prefect(self, *args: str, **env: str) -> Service:
        return Service([*_prefect(), "--no-prompt", *args], self.env(EXAMPLES, **env), EXAMPLES, self._log())

    def start_python(self, script: Path, *args: str) -> Service:
        return Service([sys.executable, str(script), *args], self.env(script.parent), script.parent, self._log())

    def _log(self) -> Path:
        return self.home / f"service-{len(list(self.home.glob('service-*')))}.log"

    # What the client sees

    @contextmanager
    def active(self):
        """Prefect functions called inside use this address."""
        with temporary_settings({SETTINGS[name]: value for name, value in self.settings.items()}):
            yield

    @contextmanager
    def reading(self):
        with self.active(), get_client(sync_client=True) as client:
            yield client

    def flow_run(self, run_id: str) -> FlowRun:
        with self.reading() as client:
            return client.read_flow_run(UUID(run_id))

    def states(self, run_id: str) -> list[str]:
        return [state.name for state in self.state_history(run_id)]

    def state_history(self, run_id: str) -> list[State]:
        with self.reading() as client:
            return client.read_flow_run_states(UUID(run_id))

    def task_runs(self, run_id: str) -> list[TaskRun]:
        with self.reading() as client:
            return client.read_task_runs(flow_run_filter=_only(run_id))

    def task_states(self, run_id: str) -> list[str]:
        """`name without its random ending: state name`, sorted."""
        return sorted(f"{re.sub(r'-[0-9a-f]{3}$', '', run.name)}: {run.state_name}" for run in self.task_runs(run_id))

    def logs(self, run_id: str) -> list[str]:
        with self.reading() as client:
            chosen = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[UUID(run_id)]))
            return [log.message for log in client.read_logs(log_filter=chosen, limit=200)]

    # What the system itself says, past the client

    def get(self, path: str) -> httpx.Response:
        return self.raw.get(f"{self.target.workspace_api}{path}")

    def post(self, path: str, body: object) -> httpx.Response:
        return self.raw.post(f"{self.target.workspace_api}{path}", json=body)

    def recorded(self, run_id: str) -> dict:
        """The run as our API holds it: proof that it was ours that was hit."""
        answer = self.get(f"/flow_runs/{run_id}")
        assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
        return answer.json()

    def wait_for(self, run_id: str, *types: str, seconds: float = 180) -> dict:
        """The run once its state type is one of `types`; fails early when it ended otherwise."""

        def reached() -> dict | None:
            run = self.recorded(run_id)
            if run["state_type"] in types:
                return run
            assert run["state_type"] not in FINAL, f"ended as {run['state_name']}: {run['state']['message']}"
            return None

        return until(reached, f"flow run {run_id} {' or '.join(types)}", seconds)

    def wait_for_tasks(self, run_id: str, expected: list[str]) -> None:
        wanted = sorted(expected)
        seen: list[str] = []

        def complete() -> bool:
            seen[:] = self.task_states(run_id)
            return seen == wanted

        try:
            until(complete, "task runs")
        except AssertionError:
            assert seen == wanted

    def wait_for_log(self, run_id: str, text: str) -> None:
        seen: list[str] = []

        def arrived() -> bool:
            seen[:] = self.logs(run_id)
            return any(text in message for message in seen)

        try:
            until(arrived, "log line")
        except AssertionError:
            assert any(text in message for message in seen), f"{text!r} is not among {seen}"


def version() -> tuple[int, ...]:
    """Of the client, for what only some of them do."""
    return tuple(int(part) for part in re.findall(r"\d+", prefect.__version__)[:3])


def run_ids(output: str) -> list[str]:
    """Flow run ids in the order in which a script or a command first named them."""
    return list(dict.fromkeys(re.findall(r"(?:flow-run/|UUID: )([0-9a-f-]{36})", output)))


def _prefect() -> list[str]:
    return [sys.executable, "-m", "prefect"]


def _only(run_id: str) -> FlowRunFilter:
    return FlowRunFilter(id=FlowRunFilterId(any_=[UUID(run_id)]))
