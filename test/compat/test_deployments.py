"""Work pools, deployments and runs of them, as the command line creates and shows them."""

import pytest
from prefect.exceptions import PrefectHTTPStatusError

from support.client import FLOWS, run_ids
from support.waiting import until


def test_a_work_pool_is_listed_and_shown_with_its_type(cloud, pool):
    assert pool in cloud.prefect("work-pool", "ls")
    shown = cloud.prefect("work-pool", "inspect", pool)
    assert "type='process'" in shown
    with cloud.reading() as api:
        stored = api.read_work_pool(pool)
    assert stored.default_queue_id
    assert "command" in stored.base_job_template["variables"]["properties"]


def test_a_second_work_pool_of_the_same_name_is_refused(cloud, pool):
    assert "already exists" in cloud.prefect("work-pool", "create", pool, "--type", "process", fails=True)


def test_deploy_creates_what_the_project_file_says(cloud, pool):
    listed = cloud.prefect("deployment", "ls")
    for name in ("etl-pipeline/nightly", "customer-billing/by-hand", "slow/slow", "suspended-approval/gate"):
        assert name in listed
    with cloud.reading() as api:
        stored = api.read_deployment_by_name("etl-pipeline/nightly")
    assert stored.description == "Totals of the orders, every night"
    assert stored.tags == ["examples"]
    assert stored.work_pool_name == pool
    assert stored.parameters == {"failures": 1}
    assert [schedule.schedule.cron for schedule in stored.schedules] == ["0 3 * * *"]
    assert stored.schedules[0].slug == "nightly"
    assert stored.pull_steps


def test_inspect_shows_a_deployment_with_its_schedule(cloud, pool):
    shown = cloud.prefect("deployment", "inspect", "etl-pipeline/nightly")
    assert "0 3 * * *" in shown
    assert "Europe/Berlin" in shown


def test_a_schedule_brings_its_next_runs_into_being(cloud, pool):
    with cloud.reading() as api:
        stored = api.read_deployment_by_name("etl-pipeline/nightly")
    chosen = {"flow_runs": {"deployment_id": {"any_": [str(stored.id)]}}, "sort": "EXPECTED_START_TIME_ASC"}
    runs = until(lambda: cloud.post("/flow_runs/filter", chosen).json(), "auto-scheduled runs")
    assert len(runs) >= 3
    assert {run["state_name"] for run in runs} == {"Scheduled"}
    assert all(run["auto_scheduled"] and "auto-scheduled" in run["tags"] for run in runs)


def test_deploying_again_changes_the_deployment_and_keeps_its_id(cloud, pool):
    deploy = ("deploy", "exclusive.py:exclusive", "-n", "twice", "-p", pool)
    cloud.prefect(*deploy, "--interval", "3600", cwd=FLOWS)
    with cloud.reading() as api:
        before = api.read_deployment_by_name("exclusive/twice")
    cloud.prefect(*deploy, "--cron", "0 0 1 1 *", "--tag", "again", cwd=FLOWS)
    with cloud.reading() as api:
        after = api.read_deployment_by_name("exclusive/twice")
    assert after.id == before.id
    assert after.tags == ["again"]
    assert [schedule.schedule.cron for schedule in after.schedules] == ["0 0 1 1 *"]


def test_a_run_with_a_parameter_of_the_wrong_type_is_refused_with_the_reason(cloud, pool):
    refused = cloud.prefect("deployment", "run", "customer-billing/by-hand", "--param", "region=[1]", fails=True)
    assert "Validation failed for field 'region'" in " ".join(refused.split())
    with cloud.reading() as api:
        stored = api.read_deployment_by_name("customer-billing/by-hand")
        with pytest.raises(PrefectHTTPStatusError) as error:
            api.create_flow_run_from_deployment(stored.id, parameters={"region": [1]})
    assert error.value.response.status_code == 409


def test_a_run_for_later_is_scheduled_and_can_be_cancelled_before_it_starts(cloud, pool):
    run_id = run_ids(cloud.prefect("deployment", "run", "slow/slow", "--start-in", "2 hours"))[0]
    run = cloud.recorded(run_id)
    assert run["state_name"] == "Scheduled"
    assert run["expected_start_time"] == run["state"]["state_details"]["scheduled_time"]
    cloud.prefect("flow-run", "cancel", run_id)
    assert cloud.recorded(run_id)["state_name"] == "Cancelled"
    assert cloud.states(run_id) == ["Scheduled", "Cancelled"]
