"""The client in server mode on a workspace address: deploy, run under a worker, cancel."""

import json

import pytest
from prefect.deployments import run_deployment

from support.client import EXAMPLES, FLOWS, run_ids
from support.waiting import until


@pytest.fixture(scope="module")
def yard(server, services) -> str:
    """The worker creates its pool by itself."""
    services.append(server.start_prefect("worker", "start", "--pool", "yard", "--type", "process", "--name", "mate"))
    until(lambda: server.get("/work_pools/yard").status_code == 200, "the pool that the worker creates")
    for entrypoint, name in (("slow.py:slow", "slow-yard"), ("subflows.py:subflows", "nested")):
        server.prefect("deploy", entrypoint, "-n", name, "-p", "yard", cwd=EXAMPLES)
    return "yard"


def test_flows_run_in_one_process_and_their_results_come_back(server):
    batch = [
        ["etl_pipeline", "etl_pipeline", {"failures": 0}],
        ["subflows", "subflows", {"upto": 4}],
        ["stateful_workflow", "stateful_workflow", {"reading": {}}],
        ["flaky", "flaky", {"failures": 1}],
    ]
    done = server.python(FLOWS / "batch.py", json.dumps(batch))
    assert done.code == 0, done.output
    results = [json.loads(line[7:]) for line in done.output.splitlines() if line.startswith("RESULT ")]
    assert [(entry["state"], entry["result"]) for entry in results[:2]] == [("Completed", 4), ("Completed", 30)]
    assert [entry["state"] for entry in results[2:]] == ["Failed", "Completed"]
    for entry in results:
        run = server.recorded(entry["id"])
        assert run["state_name"] == entry["state"]
        assert server.flow_run(entry["id"]).name == run["name"]
    server.wait_for_tasks(results[1]["id"], ["sum-of-squares-0: Completed", "careless-0: Failed"])
    server.wait_for_log(results[0]["id"], "loaded 4 products")


def test_a_deployed_flow_with_subflows_runs_under_a_worker(server, yard):
    run_id = run_ids(server.prefect("deployment", "run", "subflows/nested", "--watch"))[0]
    assert server.recorded(run_id)["state_name"] == "Completed"
    server.wait_for_log(run_id, "the total is 14")


def test_a_running_run_can_be_cancelled(server, yard):
    with server.active():
        run_id = str(run_deployment("slow/slow-yard", parameters={"seconds": 120}, timeout=0).id)
    server.wait_for(run_id, "RUNNING")
    server.prefect("flow-run", "cancel", run_id)
    server.wait_for(run_id, "CANCELLED")
    assert server.states(run_id)[-2:] == ["Cancelling", "Cancelled"]
