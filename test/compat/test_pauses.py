"""Pausing keeps the process, suspending ends it; both come back when somebody resumes the run."""

import pytest
from prefect.deployments import run_deployment
from prefect.flow_runs import resume_flow_run

from support.client import EXAMPLES
from support.waiting import until


@pytest.fixture(scope="module")
def suspended(cloud, pool) -> str:
    with cloud.active():
        return str(run_deployment("suspended-approval/gate", timeout=0).id)


@pytest.fixture(scope="module")
def waiting(cloud, services, suspended) -> str:
    """A script that pauses until it is given a decision."""
    script = "import runpy; runpy.run_path('approval.py')['approval']()"
    starter = cloud.home / "approve.py"
    starter.write_text(f"import os, sys\nos.chdir({str(EXAMPLES)!r})\nsys.path.insert(0, '.')\n{script}\n")
    services.append(cloud.start_python(starter))
    chosen = {"flows": {"name": {"any_": ["approval"]}}, "flow_runs": {"state": {"type": {"any_": ["PAUSED"]}}}}
    run_id = until(lambda: cloud.post("/flow_runs/filter", chosen).json(), "a paused run")[0]["id"]
    # The client pauses first, and then says which input it waits for.
    until(lambda: cloud.post(f"/flow_runs/{run_id}/input/filter", {"prefix": "paused"}).json(), "the input's schema")
    return run_id


def test_a_pause_that_wants_input_refuses_input_of_the_wrong_shape(cloud, waiting):
    answer = cloud.post(f"/flow_runs/{waiting}/resume", {"run_input": {"comment": "no decision"}})
    assert answer.status_code == 200
    assert answer.json()["status"] == "REJECT"
    assert "'approve' is a required property" in answer.json()["details"]["reason"]
    assert cloud.recorded(waiting)["state_type"] == "PAUSED"


def test_a_paused_run_goes_on_in_its_process_with_the_input_it_is_given(cloud, waiting):
    with cloud.active():
        resume_flow_run(waiting, run_input={"approve": True, "comment": "go ahead"})
    cloud.wait_for(waiting, "COMPLETED")
    assert cloud.states(waiting) == ["Pending", "Running", "Paused", "Running", "Completed"]
    cloud.wait_for_log(waiting, "approved: True (go ahead)")
    cloud.wait_for_tasks(waiting, ["draft: Completed", "carry_out: Completed"])


def test_a_run_that_is_not_paused_cannot_be_resumed(cloud, waiting):
    answer = cloud.post(f"/flow_runs/{waiting}/resume", {})
    assert answer.status_code == 200
    assert answer.json()["status"] == "ABORT"


def test_a_suspended_run_leaves_its_process_and_comes_back_in_another_one(cloud, suspended):
    run = cloud.wait_for(suspended, "PAUSED")
    assert run["state_name"] == "Suspended"
    first = run["infrastructure_pid"]
    with cloud.active():
        resume_flow_run(suspended)
    run = cloud.wait_for(suspended, "COMPLETED")
    assert run["infrastructure_pid"] != first
    assert run["run_count"] == 1
    states = cloud.states(suspended)
    assert states[3:] == ["Running", "Suspended", "Resuming", "Pending", "Submitting", "Running", "Completed"]
    cloud.wait_for_tasks(suspended, ["draft: Completed", "draft: Cached", "carry_out: Completed"])
