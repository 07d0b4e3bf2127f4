"""Tasks in the background: `.delay()` here, task workers there, results through the events."""

import json
import re

import httpx
import pytest

from support.client import FLOWS, Client
from support.processes import Finished, Service
from support.waiting import until

TASKS = FLOWS / "background.py"


@pytest.fixture(scope="module", params=["cloud", "server"])
def client(request) -> Client:
    return request.getfixturevalue(request.param)


@pytest.fixture
def workers():
    """Task workers that end with the test."""
    started: list[Service] = []
    yield started
    for worker in started:
        worker.kill()


def serve(client: Client, workers: list[Service], *names: str, limit: int = 10) -> Service:
    entrypoints = [f"{TASKS}:{name}" for name in names]
    worker = client.start_prefect("task", "serve", *entrypoints, "--limit", str(limit))
    workers.append(worker)
    until(lambda: "Subscribing to runs" in worker.output, "the task worker", seconds=60)
    return worker


def delay(client: Client, name: str, *arguments: object, command: str = "delay") -> Finished:
    done = client.python(TASKS, command, name, *map(json.dumps, arguments))
    assert done.code == 0, done.output
    return done


def send(client: Client, name: str, *arguments: object) -> str:
    return delayed(delay(client, name, *arguments, command="send"))


def delayed(done: Finished) -> str:
    return re.search(r"DELAYED ([0-9a-f-]{36})", done.output).group(1)


def result(done: Finished) -> object:
    return json.loads(re.search(r"RESULT (.*)", done.output).group(1))


def task_run(client: Client, run_id: str) -> dict:
    answer = client.get(f"/task_runs/{run_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def wait_for(client: Client, run_id: str, state: str, seconds: float = 60) -> dict:
    until(lambda: task_run(client, run_id)["state_name"] == state, f"task run {run_id} {state}", seconds)
    return task_run(client, run_id)


def states(client: Client, run_id: str) -> list[str]:
    answer: httpx.Response = client.get(f"/task_run_states/?task_run_id={run_id}")
    return [state["name"] for state in answer.json()]


def test_a_delayed_task_runs_in_a_worker_and_its_result_comes_back(client, workers):
    serve(client, workers, "add", "greet")
    done = delay(client, "add", 3, 4)
    assert result(done) == 7
    run = wait_for(client, delayed(done), "Completed")
    assert (run["flow_run_id"], run["run_count"]) == (None, 1)
    until(lambda: len(states(client, run["id"])) >= 4, "the history")
    assert set(states(client, run["id"])) == {"Scheduled", "Pending", "Running", "Completed"}
    assert result(delay(client, "greet", "gate")) == "hello gate"


def test_a_task_delayed_inside_a_flow_belongs_to_its_run(client, workers):
    serve(client, workers, "add")
    done = client.python(TASKS, "delegate", "20", "22")
    assert done.code == 0 and result(done) == 42, done.output
    run = wait_for(client, delayed(done), "Completed")
    assert run["flow_run_id"] and client.recorded(run["flow_run_id"])["state_type"] == "COMPLETED"


def test_what_is_delayed_before_anybody_serves_it_waits(client, workers):
    waiting = [send(client, "add", n, 1) for n in range(2)]
    assert [task_run(client, run)["state_name"] for run in waiting] == ["Scheduled", "Scheduled"]
    workers.append(client.start_python(TASKS, "serve", "add"))
    for run in waiting:
        wait_for(client, run, "Completed")


def test_several_workers_share_the_runs_and_each_is_run_once(client, workers, tmp_path):
    serve(client, workers, "nap", limit=1)
    serve(client, workers, "nap", limit=1)
    runs = [send(client, "nap", str(tmp_path), f"run-{n}", 1.5) for n in range(6)]
    for run in runs:
        wait_for(client, run, "Completed")
    lines = [(tmp_path / f"run-{n}").read_text().splitlines() for n in range(6)]
    assert [len(each) for each in lines] == [1] * 6
    assert len({pid for each in lines for pid in each}) == 2


def test_a_task_that_fails_is_tried_again_after_its_delay(client, workers, tmp_path):
    serve(client, workers, "third_time_lucky")
    done = delay(client, "third_time_lucky", str(tmp_path))
    assert result(done) == 3
    run = wait_for(client, delayed(done), "Completed")
    assert run["run_count"] == 3
    assert [name for name in states(client, run["id"]) if name in ("AwaitingRetry", "Retrying")] == [
        "AwaitingRetry", "Retrying", "AwaitingRetry", "Retrying",
    ]
    tries = [float(line) for line in (tmp_path / "tries").read_text().splitlines()]
    assert all(later - earlier >= 1 for earlier, later in zip(tries, tries[1:]))


def test_a_failure_reaches_the_one_who_waits(client, workers):
    serve(client, workers, "fails")
    done = client.python(TASKS, "delay", "fails")
    assert done.code != 0 and "ValueError: on purpose" in done.output
    assert wait_for(client, delayed(done), "Failed")["state"]["message"].endswith("on purpose")


def test_a_run_that_a_killed_worker_had_not_acknowledged_is_run_by_another(client, workers, tmp_path):
    # With one place, a worker runs the first, holds the second in its hand, and leaves the third unacknowledged.
    doomed = serve(client, workers, "nap", limit=1)
    runs = [send(client, "nap", str(tmp_path), f"run-{n}", 120) for n in range(2)]
    wait_for(client, runs[0], "Running")
    third = send(client, "nap", str(tmp_path), "third", 0)
    serve(client, workers, "nap", limit=1)
    assert task_run(client, third)["state_name"] == "Scheduled"
    doomed.kill()
    wait_for(client, third, "Completed")
    assert len((tmp_path / "third").read_text().splitlines()) == 1


def test_a_worker_without_the_parameters_deletes_the_run(client, home, workers):
    """Its storage is another one: it says that it cannot submit the run, and takes it away."""
    serve(home, workers, "add")
    run = send(client, "add", 1, 2)
    until(lambda: client.get(f"/task_runs/{run}").status_code == 404, "the deletion", seconds=30)


def test_workers_are_listed_while_they_serve(client, workers):
    worker = serve(client, workers, "greet")
    identifiers = lambda: [each["identifier"] for each in client.post("/task_workers/filter", {}).json()]
    until(lambda: any(each.endswith(f"-{worker.child.pid}") for each in identifiers()), "the worker in the list")
    worker.kill()
    until(lambda: not any(each.endswith(f"-{worker.child.pid}") for each in identifiers()), "an empty list")
