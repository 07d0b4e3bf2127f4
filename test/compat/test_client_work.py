"""The methods of the Python client for deployments, schedules, work pools and their queues, and workers."""

from datetime import datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from prefect import flow
from prefect.client.schemas.actions import DeploymentScheduleCreate, DeploymentUpdate, WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.filters import DeploymentFilter, WorkPoolFilter
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectHTTPStatusError

NOBODY = UUID("5b0f5b0f-0000-4000-8000-000000000000")
YEARLY = CronSchedule(cron="0 0 1 1 *")


@flow
def served(a: int = 1) -> int:
    return a


@pytest.fixture
def api(cloud):
    with cloud.reading() as client:
        yield client


@pytest.fixture
def yard(api) -> str:
    """A work pool of its own, with the queue `quick` that lets one run through."""
    name = f"yard-{uuid4()}"
    api.create_work_pool(WorkPoolCreate(name=name, type="process", base_job_template={}, concurrency_limit=2))
    api.create_work_queue("quick", description="d", concurrency_limit=1, priority=2, work_pool_name=name)
    return name


@pytest.fixture
def deployment(api, yard) -> UUID:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    return api.create_deployment(
        api.create_flow(served), f"d-{uuid4()}", version="1", parameters={"a": 5}, tags=["t"], entrypoint="x:f",
        work_pool_name=yard, work_queue_name="quick", parameter_openapi_schema=schema, enforce_parameter_schema=True,
        schedules=[DeploymentScheduleCreate(schedule=YEARLY, slug="yearly")], concurrency_limit=1,
    )


def test_a_work_pool_is_made_overwritten_changed_and_deleted(api, yard):
    with pytest.raises(ObjectAlreadyExists):
        api.create_work_pool(WorkPoolCreate(name=yard, type="process"))
    api.create_work_pool(WorkPoolCreate(name=yard, type="process", description="over"), overwrite=True)
    assert api.read_work_pool(yard).description == "over"
    api.update_work_pool(yard, WorkPoolUpdate(concurrency_limit=3))
    chosen = WorkPoolFilter(name={"any_": [yard]})
    assert [each.concurrency_limit for each in api.read_work_pools(limit=1, work_pool_filter=chosen)] == [3]
    status = api.read_work_pool_concurrency_status(yard)
    assert (status.active_slots, status.concurrency_limit) == (0, 3)
    assert sorted(queue.queue_name for queue in status.queues) == ["default", "quick"]
    api.delete_work_pool(yard)
    with pytest.raises(ObjectNotFound):
        api.read_work_pool(yard)


def test_a_queue_is_found_changed_and_deleted(api, yard):
    queue = api.read_work_queue_by_name("quick", work_pool_name=yard)
    assert api.read_work_queue(queue.id).priority == 2
    assert [each.id for each in api.match_work_queues(["qui"], work_pool_name=yard)] == [queue.id]
    assert {each.name for each in api.read_work_queues(work_pool_name=yard)} == {"default", "quick"}
    api.update_work_queue(queue.id, is_paused=True)
    assert api.read_work_queue(queue.id).is_paused
    assert api.read_work_queue_status(queue.id).healthy is False
    with pytest.raises(ObjectAlreadyExists):
        api.create_work_queue("quick", work_pool_name=yard)
    api.delete_work_queue_by_id(queue.id)
    for read in (api.read_work_queue, api.read_work_queue_status, api.get_runs_in_work_queue):
        with pytest.raises(ObjectNotFound):
            read(queue.id)


def test_a_worker_that_reports_is_listed(api, yard):
    api.send_worker_heartbeat(yard, "hands", 10.0)
    [worker] = api.read_workers_for_work_pool(yard)
    assert (worker.name, worker.status) == ("hands", "ONLINE")


def test_a_deployment_is_read_listed_paused_changed_and_deleted(api, yard, deployment):
    read = api.read_deployment(deployment)
    assert (read.parameters, read.tags, read.version) == ({"a": 5}, ["t"], "1")
    assert (read.work_pool_name, read.work_queue_name, read.global_concurrency_limit.limit) == (yard, "quick", 1)
    assert api.read_deployment_by_name(f"served/{read.name}").id == deployment
    chosen = DeploymentFilter(id={"any_": [deployment]})
    assert [each.id for each in api.read_deployments(deployment_filter=chosen)] == [deployment]
    api.update_deployment(deployment, DeploymentUpdate(description="changed"))
    for pause, paused in ((api.pause_deployment, True), (api.resume_deployment, False)):
        pause(deployment)
        assert api.read_deployment(deployment).paused is paused
    assert api.read_deployment(deployment).description == "changed"
    api.delete_deployment(deployment)
    for act in (api.read_deployment, api.delete_deployment, api.pause_deployment):
        with pytest.raises(ObjectNotFound):
            act(deployment)


def test_schedules_are_added_changed_and_deleted(api, deployment):
    hourly = IntervalSchedule(interval=timedelta(hours=1), anchor_date=datetime(2026, 1, 1, tzinfo=timezone.utc))
    [made] = api.create_deployment_schedules(deployment, [(hourly, True)])
    assert len(api.read_deployment_schedules(deployment)) == 2
    api.update_deployment_schedule(deployment, made.id, active=False, schedule=YEARLY, slug="again")
    changed = {each.slug: each for each in api.read_deployment_schedules(deployment)}["again"]
    assert (changed.id, changed.active, changed.schedule.cron) == (made.id, False, "0 0 1 1 *")
    api.delete_deployment_schedule(deployment, made.id)
    with pytest.raises(ObjectNotFound):
        api.delete_deployment_schedule(deployment, made.id)
    with pytest.raises(ObjectNotFound):
        api.update_deployment_schedule(deployment, NOBODY, active=False)


def test_a_run_of_a_deployment_is_made_once_per_key_and_handed_out(api, yard, deployment):
    queue = api.read_work_queue_by_name("quick", work_pool_name=yard)
    ask = {"parameters": {"a": 7}, "tags": ["z"], "idempotency_key": str(uuid4()), "labels": {"x": "y"}}
    run = api.create_flow_run_from_deployment(deployment, name="named", **ask)
    assert api.create_flow_run_from_deployment(deployment, **ask).id == run.id
    assert (sorted(run.tags), run.labels["x"], run.work_queue_name) == (["t", "z"], "y", "quick")
    with pytest.raises(PrefectHTTPStatusError, match="Validation failed for field 'a'"):
        api.create_flow_run_from_deployment(deployment, parameters={"a": "x"})
    now = datetime.now(timezone.utc)
    for found in (
        api.get_scheduled_flow_runs_for_deployments([deployment], scheduled_before=now, limit=1),
        [each.flow_run for each in api.get_scheduled_flow_runs_for_work_pool(yard, ["quick"], scheduled_before=now)],
        api.get_runs_in_work_queue(queue.id, scheduled_before=now),
    ):
        assert [each.id for each in found] == [run.id]
    status = api.read_work_queue_concurrency_status(queue.id)
    assert (status.active_slots, status.concurrency_limit) == (0, 1)
