"""Limits: slots of a tag are shared by task runs, slots of a deployment by its runs."""

import pytest
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from prefect.deployments import run_deployment

from support.client import EXAMPLES, FLOWS, run_ids
from support.waiting import until


@pytest.fixture(scope="module")
def exclusive(cloud, pool) -> list[str]:
    """Two runs of a deployment that lets one run at a time."""
    cloud.prefect("deploy", "exclusive.py:exclusive", "-n", "alone", "-p", pool, "--concurrency-limit", "1", cwd=FLOWS)
    with cloud.active():
        return [str(run_deployment("exclusive/alone", timeout=0).id) for _ in range(2)]


def test_task_runs_that_share_a_tag_wait_for_its_slot(cloud, exclusive):
    with cloud.reading() as api:
        api.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name="tag:pump", limit=1))
    done = cloud.python(EXAMPLES / "tagged_tasks.py")
    assert done.code == 0, done.output
    run_id = run_ids(done.output)[0]
    cloud.wait_for_log(run_id, "one pump at a time")
    assert all(set(run.tags) == {"pump", "nightly"} for run in cloud.task_runs(run_id))
    until(lambda: cloud.get("/v2/concurrency_limits/tag:pump").json()["active_slots"] == 0, "slots given back")


def test_a_run_beyond_the_limit_of_its_deployment_waits_for_a_slot(cloud, exclusive):
    def waited() -> list[str]:
        return [run_id for run_id in exclusive if "AwaitingConcurrencySlot" in cloud.states(run_id)]

    assert len(until(waited, "a run that waits for a slot")) == 1
    first = next(run_id for run_id in exclusive if run_id not in waited())
    cloud.wait_for(first, "COMPLETED")
    second = next(run_id for run_id in exclusive if run_id != first)
    assert cloud.states(second)[-1] != "Completed"
