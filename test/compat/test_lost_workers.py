"""A process worker and all that it started are killed with -9: nothing is said to the server, which finds out by itself."""

import os
import signal

import pytest
from prefect.deployments import run_deployment

from support.client import EXAMPLES, FLOWS, run_ids
from support.processes import Service
from support.waiting import until

# While the worker lives a run may take as long to start as a busy machine needs.
LIMITS = {"pending_seconds_max": 900, "pending_without_worker_seconds_max": 900, "heartbeat_seconds_max": 40}
SOON = {"pending_seconds_max": 5, "pending_without_worker_seconds_max": 5}


def limit(cloud, limits: dict[str, int]) -> None:
    answer = cloud.raw.patch(f"{cloud.target.workspace_api}/headgate/work_pools/lonely/recovery", json=limits)
    assert answer.status_code == 204, answer.text


@pytest.fixture(scope="module")
def lonely(cloud, services) -> Service:
    """The only worker of a pool with one slot, whose runs tell that they live."""
    cloud.prefect("work-pool", "create", "lonely", "--type", "process")
    cloud.prefect("work-pool", "set-concurrency-limit", "lonely", "1")
    limit(cloud, LIMITS)
    cloud.prefect("deploy", "slow.py:slow", "-n", "lonely", "-p", "lonely", "--concurrency-limit", "1")
    worker = cloud.start_prefect(
        "worker", "start", "--pool", "lonely", "--name", "lonely", PREFECT_FLOWS_HEARTBEAT_FREQUENCY="30"
    )
    services.append(worker)
    return worker


def test_the_run_of_a_killed_worker_crashes_and_its_slot_goes_to_the_next(cloud, lonely):
    with cloud.active():
        first, second = (
            str(run_deployment("slow/lonely", parameters={"seconds": 300}, timeout=0).id) for _ in range(2)
        )
    pid = int(cloud.wait_for(first, "RUNNING")["infrastructure_pid"].split(":")[-1])
    cloud.wait_for_log(first, "started")
    os.killpg(lonely.child.pid, signal.SIGKILL)
    try:
        os.killpg(os.getpgid(pid), signal.SIGKILL)
    except ProcessLookupError:
        pass
    run = cloud.wait_for(first, "CRASHED", seconds=300)
    assert "has not been heard of" in run["state"]["message"]

    def offered() -> list[str]:
        return [each["flow_run"]["id"] for each in cloud.post("/work_pools/lonely/get_scheduled_flow_runs", {}).json()]

    until(lambda: offered() == [second], "the next run to be offered")
    # A worker that is lost just after it has taken the run.
    assert cloud.post(f"/flow_runs/{second}/set_state", {"state": {"type": "PENDING"}}).json()["status"] == "ACCEPT"
    assert offered() == []
    limit(cloud, SOON)
    until(lambda: offered() == [second], "the run that was taken and not started to be offered again")
    assert cloud.states(second)[-1] == "Scheduled"


def test_task_runs_of_a_killed_process_end_with_their_flow_run_and_others_keep_their_own_words(cloud, services):
    tag = cloud.post("/v2/concurrency_limits/", {"name": "tag:winch", "limit": 1})
    assert tag.status_code == 201, tag.text
    told = run_ids(cloud.python(EXAMPLES / "tagged_tasks.py").output)[0]
    process = cloud.start_python(FLOWS / "holds_winch.py")
    services.append(process)
    killed = until(lambda: run_ids(process.output), "the flow to start")[0]

    def types() -> list[str]:
        return sorted(run.state_type.value for run in cloud.task_runs(killed))

    until(lambda: types() == ["PENDING", "RUNNING"], "one task to run and one to wait")
    process.kill()
    answer = cloud.post(f"/flow_runs/{killed}/set_state", {"state": {"type": "CRASHED"}})
    assert answer.json()["status"] == "ACCEPT"
    until(lambda: types() == ["CRASHED", "CRASHED"], "both task runs to end")
    assert {run.state.message for run in cloud.task_runs(killed)} == {"The flow run ended first, in Crashed."}
    until(lambda: cloud.get("/v2/concurrency_limits/tag:winch").json()["active_slots"] == 0, "the slot to be free")
    # By now the other one has been looked at as well.
    assert {state for state in cloud.task_states(told) if not state.endswith(": Completed")} == set()
