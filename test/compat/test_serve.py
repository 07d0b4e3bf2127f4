"""Flows that serve themselves: no work pool, a process that asks for its own runs."""

import pytest

from support.client import FLOWS, run_ids
from support.waiting import until


@pytest.fixture(scope="module", params=["cloud", "server"])
def served(request, services):
    """A client in one of both modes, and its process that serves two flows under the mode's name."""
    client = request.getfixturevalue(request.param)
    service = client.start_python(FLOWS / "served.py", request.param)
    services.append(service)
    until(lambda: client.get(f"/deployments/name/on-request/{request.param}").status_code == 200, "served deployments")
    return client, service


def test_a_run_asked_for_is_done_by_the_serving_process(served):
    client, _ = served
    output = client.prefect("deployment", "run", f"on-request/{client.name}", "--watch")
    run_id = run_ids(output)[0]
    run = client.recorded(run_id)
    assert run["state_name"] == "Completed"
    assert run["parameters"] == {"litres": 5}
    client.wait_for_log(run_id, "asked for 10")
    client.wait_for_tasks(run_id, ["measure: Completed"])


def test_an_interval_brings_runs_by_itself(served):
    client, _ = served
    deployment = client.get(f"/deployments/name/by-the-clock/{client.name}").json()
    chosen = {
        "flow_runs": {
            "deployment_id": {"any_": [deployment["id"]]},
            "state": {"type": {"any_": ["COMPLETED"]}},
        }
    }
    runs = until(lambda: client.post("/flow_runs/filter", chosen).json(), "a run by the clock")
    assert runs[0]["auto_scheduled"]
    assert runs[0]["created_by"]["type"] == "SCHEDULE"
    client.wait_for_log(runs[0]["id"], "measured 2")


def test_ctrl_c_pauses_what_was_served(served):
    client, service = served
    service.interrupt()
    for flow_name in ("by-the-clock", "on-request"):
        deployment = client.get(f"/deployments/name/{flow_name}/{client.name}").json()
        assert deployment["paused"], service.output
    ahead = {"flow_runs": {"deployment_id": {"any_": [deployment["id"]]}, "state": {"type": {"any_": ["SCHEDULED"]}}}}
    until(lambda: client.post("/flow_runs/filter", ahead).json() == [], "no more runs ahead")
