"""Tasks in the background: `.delay()` here, task workers there, results through the events."""

import json

import pytest

from support.client import FLOWS, Client
from support.processes import Service
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


@pytest.fixture(scope="module")
def delayed(client, tmp_path_factory):
    """One worker, and one of each that was delayed to it: id, and result or error."""
    workers: list[Service] = []
    try:
        serve(client, workers, "add", "greet", "third_time_lucky", "fails")
        tries = str(tmp_path_factory.mktemp("tries"))
        calls = [["add", 3, 4], ["greet", "gate"], ["third_time_lucky", tries], ["fails"]]
        done = dict(zip([name for name, *_ in calls], call(client, "delay", calls)))
        yield done | {"add in a flow": call(client, "delegate", [20, 22])[0], "tries": f"{tries}/tries"}
    finally:
        for worker in workers:
            worker.kill()


def serve(client: Client, workers: list[Service], *names: str, limit: int = 10) -> Service:
    entrypoints = [f"{TASKS}:{name}" for name in names]
    worker = client.start_prefect("task", "serve", *entrypoints, "--limit", str(limit))
    workers.append(worker)
    until(lambda: "Subscribing to runs" in worker.output, "the task worker")
    return worker


def call(client: Client, command: str, argument: list) -> list[dict]:
    done = client.python(TASKS, command, json.dumps(argument))
    assert done.code == 0, done.output
    return [json.loads(line[4:]) for line in done.output.splitlines() if line.startswith("RUN ")]


def send(client: Client, *calls: list) -> list[str]:
    return [entry["id"] for entry in call(client, "send", list(calls))]


def task_run(client: Client, run_id: str) -> dict:
    answer = client.get(f"/task_runs/{run_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def wait_for(client: Client, run_id: str, state: str, seconds: float = 180) -> dict:
    until(lambda: task_run(client, run_id)["state_name"] == state, f"task run {run_id} {state}", seconds)
    return task_run(client, run_id)


def states(client: Client, run_id: str) -> list[str]:
    return [state["name"] for state in client.get(f"/task_run_states/?task_run_id={run_id}").json()]


def test_a_delayed_task_runs_in_a_worker_and_its_result_comes_back(client, delayed):
    assert (delayed["add"]["result"], delayed["greet"]["result"]) == (7, "hello gate")
    run = wait_for(client, delayed["add"]["id"], "Completed")
    assert (run["flow_run_id"], run["run_count"]) == (None, 1)
    until(lambda: set(states(client, run["id"])) == {"Scheduled", "Pending", "Running", "Completed"}, "the history")


def test_a_task_delayed_inside_a_flow_belongs_to_its_run(client, delayed):
    assert delayed["add in a flow"]["result"] == 42
    run = wait_for(client, delayed["add in a flow"]["id"], "Completed")
    assert client.recorded(run["flow_run_id"])["state_type"] == "COMPLETED"


def test_a_task_that_fails_is_tried_again_after_its_delay(client, delayed):
    assert delayed["third_time_lucky"]["result"] == 3
    run = wait_for(client, delayed["third_time_lucky"]["id"], "Completed")
    assert run["run_count"] == 3
    attempts = [name for name in states(client, run["id"]) if name in ("AwaitingRetry", "Retrying")]
    assert attempts == ["AwaitingRetry", "Retrying"] * 2
    with open(delayed["tries"]) as file:
        tries = [float(line) for line in file]
    assert all(later - earlier >= 1 for earlier, later in zip(tries, tries[1:]))


def test_a_failure_reaches_the_one_who_waits(client, delayed):
    assert delayed["fails"]["error"] == "on purpose"
    assert wait_for(client, delayed["fails"]["id"], "Failed")["state"]["message"].endswith("on purpose")


def test_what_is_delayed_before_anybody_serves_it_waits_for_the_first_who_does(client, workers, tmp_path):
    [early] = send(client, ["nap", str(tmp_path), "early", 0])
    assert task_run(client, early)["state_name"] == "Scheduled"
    worker = client.start_python(TASKS, "serve", "nap")
    workers.append(worker)
    wait_for(client, early, "Completed")
    identifiers = lambda: [each["identifier"] for each in client.post("/task_workers/filter", {}).json()]
    assert any(each.endswith(f"-{worker.child.pid}") for each in identifiers())
    worker.kill()
    until(lambda: not any(each.endswith(f"-{worker.child.pid}") for each in identifiers()), "a list without it")


def test_several_workers_share_the_runs_and_each_is_run_once(client, workers, tmp_path):
    serve(client, workers, "nap", limit=1)
    serve(client, workers, "nap", limit=1)
    names = [f"run-{n}" for n in range(6)]
    for run in send(client, *(["nap", str(tmp_path), name, 1] for name in names)):
        wait_for(client, run, "Completed")
    lines = [(tmp_path / name).read_text().splitlines() for name in names]
    assert [len(each) for each in lines] == [1] * 6
    assert len({pid for each in lines for pid in each}) == 2


def test_a_run_that_a_killed_worker_had_not_acknowledged_is_run_by_another(client, workers, tmp_path):
    # With one place, a worker runs the first, holds the second in its hand, and leaves the third unacknowledged.
    doomed = serve(client, workers, "nap", limit=1)
    folder = str(tmp_path)
    first, _, third = send(client, ["nap", folder, "1", 120], ["nap", folder, "2", 120], ["nap", folder, "3", 0])
    wait_for(client, first, "Running")
    serve(client, workers, "nap", limit=1)
    assert task_run(client, third)["state_name"] == "Scheduled"
    doomed.kill()
    wait_for(client, third, "Completed")
    assert len((tmp_path / "3").read_text().splitlines()) == 1


def test_a_worker_without_the_parameters_deletes_the_run(client, home, workers, tmp_path):
    """Its storage is another one: it says that it cannot submit the run, and takes it away."""
    serve(home, workers, "nap")
    [run] = send(client, ["nap", str(tmp_path), "never", 0])
    until(lambda: client.get(f"/task_runs/{run}").status_code == 404, "the deletion")
