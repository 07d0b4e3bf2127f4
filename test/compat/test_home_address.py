"""The address without account and workspace stands for the home workspace of the key."""

import json

import pytest
from prefect.deployments import run_deployment

from support.client import EXAMPLES, FLOWS


@pytest.mark.parametrize("mode", ["home", "home_in_cloud_mode"])
def test_flows_run_through_the_short_address_are_found_under_the_long_one(mode, request):
    home = request.getfixturevalue(mode)
    batch = [["customers", "customer_billing", {"region": "north"}], ["parallel_processing", "parallel_processing", {}]]
    done = home.python(FLOWS / "batch.py", json.dumps(batch))
    assert done.code == 0, done.output
    results = [json.loads(line[7:]) for line in done.output.splitlines() if line.startswith("RESULT ")]
    assert [entry["result"] for entry in results] == [449.48, 6]
    for entry in results:
        assert home.recorded(entry["id"])["state_name"] == "Completed"
    home.wait_for_tasks(results[0]["id"], ["list_customers: Completed", "bill c-02: Completed", "bill c-19: Completed"])


def test_a_client_without_a_key_on_its_websockets_is_told_which_setting_it_lacks(home_without_proof):
    done = home_without_proof.python(FLOWS / "batch.py", json.dumps([["customers", "customer_billing", {}]]))
    assert done.code == 0, done.output
    assert "Set PREFECT_API_AUTH_STRING to your key, or PREFECT_CLOUD_API_URL" in done.output


def test_a_worker_that_runs_once_takes_what_is_due_and_ends(home):
    home.prefect("work-pool", "create", "errands", "--type", "process")
    home.prefect("deploy", "repository_stars.py:repository_stars", "-n", "errand", "-p", "errands", cwd=EXAMPLES)
    with home.active():
        run_id = str(run_deployment("repository-stars/errand", timeout=0).id)
    home.prefect("worker", "start", "--pool", "errands", "--run-once")
    assert home.wait_for(run_id, "COMPLETED")["work_pool_name"] == "errands"
    home.wait_for_log(run_id, "acme/canal has 1840 stars")
