"""Runs of deployments under the unmodified process worker."""

import os
import signal

import pytest
from prefect.deployments import run_deployment

from support.client import FLOWS, run_ids
from support.processes import alive
from support.waiting import until

PULLED = "set_working_directory"


@pytest.fixture(scope="module")
def started(cloud, pool) -> dict[str, str]:
    """Runs that wait for a test, all created before the first test waits."""
    with cloud.active():
        return {
            name: str(run_deployment("slow/slow", parameters={"seconds": 120}, timeout=0, flow_run_name=name).id)
            for name in ("to-be-cancelled", "to-be-killed")
        }


def test_a_worker_shows_up_and_makes_its_pool_ready(cloud, pool):
    def online() -> bool:
        workers = cloud.post(f"/work_pools/{pool}/workers/filter", {}).json()
        return any(worker["name"] == "hands" and worker["status"] == "ONLINE" for worker in workers)

    until(online, "an online worker")
    until(lambda: cloud.get(f"/work_pools/{pool}").json()["status"] == "READY", "a ready pool")


def test_a_watched_run_ends_with_its_command(cloud, pool, started):
    command = ("deployment", "run", "customer-billing/by-hand", "--param", "region=south", "--watch")
    output = cloud.prefect(*command)
    run_id = run_ids(output)[0]
    run = cloud.recorded(run_id)
    assert run["state_name"] == "Completed"
    assert run["parameters"] == {"region": "south"}
    assert run["work_pool_name"] == pool
    assert run["labels"]["prefect.worker.name"] == "hands"
    assert cloud.states(run_id) == ["Scheduled", "Pending", "Submitting", "Running", "Completed"]
    assert "Completed" in output
    cloud.wait_for_tasks(run_id, ["list_customers: Completed", "bill c-07: Completed", "bill c-11: Completed"])
    cloud.wait_for_log(run_id, "c-11 owes 10.01")
    cloud.wait_for_log(run_id, PULLED)


def test_a_run_started_from_python_is_waited_for(cloud, pool):
    with cloud.active():
        run = run_deployment("customer-billing/by-hand", parameters={"region": "east"}, timeout=240, poll_interval=1)
    assert run.state.is_completed()
    assert cloud.recorded(str(run.id))["deployment_id"] == str(run.deployment_id)


def test_cancelling_a_running_run_ends_its_process_and_calls_its_hook(cloud, started):
    run_id = started["to-be-cancelled"]
    pid = int(cloud.wait_for(run_id, "RUNNING")["infrastructure_pid"].split(":")[-1])
    cloud.wait_for_log(run_id, "started")
    assert alive(pid)
    cloud.prefect("flow-run", "cancel", run_id)
    run = cloud.wait_for(run_id, "CANCELLED")
    assert run["state"]["message"]
    until(lambda: not alive(pid), "the end of the process")
    assert cloud.states(run_id)[-3:] == ["Running", "Cancelling", "Cancelled"]
    cloud.wait_for_log(run_id, "was cancelled")


def test_cancelling_a_run_that_has_ended_is_refused(cloud, started):
    assert "CANCELLED" in cloud.prefect("flow-run", "cancel", started["to-be-cancelled"], fails=True).upper()


def test_a_killed_process_becomes_a_crashed_run(cloud, started):
    run_id = started["to-be-killed"]
    pid = int(cloud.wait_for(run_id, "RUNNING")["infrastructure_pid"].split(":")[-1])
    os.kill(pid, signal.SIGKILL)
    run = cloud.wait_for(run_id, "CRASHED")
    assert "-9" in run["state"]["message"]


def test_a_run_called_by_a_flow_is_tied_to_it(cloud, pool):
    done = cloud.python(FLOWS / "calls_deployment.py", "customer-billing/by-hand")
    assert done.code == 0, done.output
    caller = run_ids(done.output)[0]
    dummy = [run for run in cloud.task_runs(caller) if run.state.state_details.child_flow_run_id]
    assert len(dummy) == 1
    called = cloud.recorded(str(dummy[0].state.state_details.child_flow_run_id))
    assert called["parent_task_run_id"] == str(dummy[0].id)
    assert "called" in called["tags"]
    assert dummy[0].state_name == called["state_name"] == "Completed"


def test_the_command_line_lists_and_shows_runs_and_flows(cloud, started):
    assert "to-be-killed" in cloud.prefect("flow-run", "ls", "--limit", "30")
    assert "customer-billing" in cloud.prefect("flow", "ls")
    shown = cloud.prefect("flow-run", "inspect", started["to-be-killed"])
    assert "CRASHED" in shown.upper()
    assert "started" in cloud.prefect("flow-run", "logs", started["to-be-cancelled"])
