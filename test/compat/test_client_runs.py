"""The methods of the Python client for flows, runs, their states, inputs, logs and artifacts."""

from datetime import datetime, timezone
from uuid import UUID, uuid4

import pytest
from prefect import flow, task
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate, LogCreate
from prefect.client.schemas.filters import ArtifactCollectionFilter, ArtifactFilter
from prefect.client.schemas.filters import FlowFilter, FlowRunFilter, LogFilter
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowSort, LogSort, TaskRunSort
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.states import Completed, Paused, Pending, Running, Scheduled

from support.waiting import until

NOBODY = UUID("5b0f5b0f-0000-4000-8000-000000000000")


@flow
def audited(a: int = 1) -> int:
    return a


@task
def step() -> None:
    pass


@pytest.fixture
def api(cloud):
    with cloud.reading() as client:
        yield client


@pytest.fixture
def run(api) -> FlowRun:
    return api.create_flow_run(audited, name="first", parameters={"a": 2}, tags=["x"], state=Pending())


def only(run: FlowRun) -> FlowRunFilter:
    return FlowRunFilter(id={"any_": [run.id]})


def test_the_client_finds_the_server_healthy_and_of_its_own_kind(api):
    assert api.api_healthcheck() is None
    api.raise_for_api_version_mismatch()
    assert api.hello().status_code == 200
    assert api.read_worker_metadata()["prefect"]["process"]["type"] == "process"


def test_flows_are_made_read_listed_and_deleted(api):
    name = f"audited-{uuid4()}"
    flow_id = api.create_flow_from_name(name)
    assert api.create_flow_from_name(name) == flow_id
    assert api.read_flow(flow_id).name == name
    assert api.read_flow_by_name(name).id == flow_id
    chosen = FlowFilter(name={"any_": [name]})
    assert [each.id for each in api.read_flows(flow_filter=chosen, sort=FlowSort.NAME_ASC, limit=1)] == [flow_id]
    api.delete_flow(flow_id)
    with pytest.raises(PrefectHTTPStatusError, match="404"):
        api.read_flow(flow_id)
    with pytest.raises(ObjectNotFound):
        api.delete_flow(flow_id)


def test_a_run_is_renamed_labelled_and_changed(api, run):
    api.update_flow_run(run.id, name="second", tags=["y"], parameters={"a": 3}, infrastructure_pid="17")
    api.update_flow_run_labels(run.id, {"team": "water", "level": 2})
    read = api.read_flow_run(run.id)
    assert (read.name, read.tags, read.parameters, read.infrastructure_pid) == ("second", ["y"], {"a": 3}, "17")
    assert read.labels == {"prefect.flow.id": str(run.flow_id), "team": "water", "level": 2}
    api.set_flow_run_name(run.id, "third")
    assert api.read_flow_run(run.id).name == "third"


def test_states_are_set_refused_forced_and_read(api, run):
    running = api.set_flow_run_state(run.id, Running())
    assert running.status == "ACCEPT"
    # Clients before 3.8 have no method for it.
    if hasattr(api, "read_flow_run_state"):
        assert api.read_flow_run_state(running.state.id).name == "Running"
    assert api.set_flow_run_state(run.id, Pending()).status == "ABORT"
    assert api.set_flow_run_state(run.id, Pending(), force=True).status == "ACCEPT"
    assert [state.name for state in api.read_flow_run_states(run.id)] == ["Pending", "Running", "Pending"]
    with pytest.raises(ObjectNotFound):
        api.set_flow_run_state(NOBODY, Running())


def test_a_paused_run_is_resumed_once(api, run):
    api.set_flow_run_state(run.id, Running())
    api.set_flow_run_state(run.id, Paused(timeout_seconds=60))
    assert api.resume_flow_run(run.id).status == "ACCEPT"
    assert api.resume_flow_run(run.id).status == "ABORT"


def test_task_runs_are_made_named_moved_and_deleted(api, run):
    api.set_flow_run_state(run.id, Running())
    made = api.create_task_run(step, run.id, "0", name="one", extra_tags=["e"], state=Pending(), task_inputs={})
    api.set_task_run_name(made.id, "two")
    assert api.set_task_run_state(made.id, Running()).status == "ACCEPT"
    assert api.set_task_run_state(made.id, Completed(data=1)).status == "ACCEPT"
    assert [state.name for state in api.read_task_run_states(made.id)] == ["Pending", "Running", "Completed"]
    [read] = api.read_task_runs(flow_run_filter=only(run), sort=TaskRunSort.EXPECTED_START_TIME_DESC)
    assert (read.name, read.tags, read.state_name) == ("two", ["e"], "Completed")
    alone = api.create_task_run(step, None, "alone", state=Scheduled())
    api.delete_task_run(alone.id)
    with pytest.raises(ObjectNotFound):
        api.read_task_run(alone.id)


def test_inputs_of_a_run_are_kept_under_their_keys(api, run):
    api.create_flow_run_input(run.id, "word-1", '{"a": 1}', sender="me")
    api.create_flow_run_input(run.id, "word-2", '"two"')
    with pytest.raises(PrefectHTTPStatusError, match="409"):
        api.create_flow_run_input(run.id, "word-1", '"again"')
    assert api.read_flow_run_input(run.id, "word-1") == '{"a": 1}'
    assert [each.key for each in api.filter_flow_run_input(run.id, "word-", 10, {"word-2"})] == ["word-1"]
    api.delete_flow_run_input(run.id, "word-1")
    with pytest.raises(PrefectHTTPStatusError, match="404"):
        api.delete_flow_run_input(run.id, "word-1")


def test_log_lines_are_written_and_read(api, run):
    at = datetime.now(timezone.utc)
    lines = [LogCreate(name="n", level=20, message=word, timestamp=at, flow_run_id=run.id) for word in ("one", "two")]
    api.create_logs(lines)
    chosen = LogFilter(flow_run_id={"any_": [run.id]})
    until(lambda: len(api.read_logs(chosen, limit=5)) == 2, "both lines")
    assert len(api.read_logs(chosen, limit=1, offset=1, sort=LogSort.TIMESTAMP_DESC)) == 1


def test_artifacts_are_made_changed_and_deleted(api, run):
    key = f"audit-{uuid4().hex}"
    made = api.create_artifact(ArtifactCreate(key=key, type="markdown", data="d", flow_run_id=run.id))
    api.update_artifact(made.id, ArtifactUpdate(data="e"))
    this, latest = ArtifactFilter(id={"any_": [made.id]}), ArtifactCollectionFilter(key={"any_": [key]})
    assert [each.data for each in api.read_artifacts(artifact_filter=this, limit=2)] == ["e"]
    assert [each.data for each in api.read_latest_artifacts(artifact_filter=latest)] == ["e"]
    api.delete_artifact(made.id)
    with pytest.raises(ObjectNotFound):
        api.delete_artifact(made.id)
