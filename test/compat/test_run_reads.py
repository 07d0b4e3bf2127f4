"""Runs as they are read: graph, history, counts, pages, logs as CSV; and what is done to many of them at once."""

from datetime import datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from prefect import flow
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterParentFlowRunId, FlowRunFilterTags
from prefect.exceptions import ObjectNotFound
from prefect.states import Pending, Running, Scheduled

from support.client import FLOWS, run_ids
from support.waiting import until


@pytest.fixture(scope="module")
def family(cloud) -> str:
    """The id of a finished run of flows/family.py whose task runs have all arrived."""
    done = cloud.python(FLOWS / "family.py")
    assert done.code == 0, done.output
    run_id = run_ids(done.output)[0]
    until(lambda: all(run.state_name == "Completed" for run in cloud.task_runs(run_id)), "task runs")
    return run_id


@flow(name="many")
def many() -> None:
    pass


def made(client, tag: str, count: int, state=Pending()) -> set[UUID]:
    with client.reading() as api:
        return {api.create_flow_run(many, tags=[tag], state=state).id for _ in range(count)}


def tagged(tag: str) -> dict:
    return {"flow_runs": {"tags": {"all_": [tag]}}}


def test_the_graph_shows_what_leads_to_what(cloud, family):
    with cloud.reading() as api:
        graph = api.request("GET", "/flow_runs/{id}/graph-v2", path_params={"id": family}).json()
    nodes = dict(graph["nodes"])
    names = {key: node["label"].rsplit("-", 1)[0] for key, node in nodes.items() if node["kind"] == "task-run"}
    [subflow] = [node for node in nodes.values() if node["kind"] == "flow-run"]
    assert subflow["label"].startswith("child / ")
    assert sorted(names.values()) == ["add", "add", "inner", "outer", "seed"]
    by_name = {name: nodes[key] for key, name in names.items()}
    assert {names[each["id"]] for each in by_name["add"]["parents"]} == {"seed"}
    assert [names[each["id"]] for each in by_name["inner"]["encapsulating"]] == ["outer"]
    assert [each["key"] for each in by_name["outer"]["artifacts"]] == ["family-outer"]
    assert [(each["key"], each["data"]) for each in graph["artifacts"]] == [("family-progress", 50)]
    assert [state["name"] for state in graph["states"]] == ["Pending", "Running", "Completed"]
    assert all(not nodes[key]["parents"] for key in graph["root_node_ids"])


def test_the_first_version_of_the_graph_lists_dependencies(cloud, family):
    with cloud.reading() as api:
        listed = api.request("GET", "/flow_runs/{id}/graph", path_params={"id": family}).json()
    assert {UUID(each["id"]) for each in listed} == {run.id for run in cloud.task_runs(family)}
    [added, _] = [each for each in listed if each["name"].startswith("add")]
    assert [each["input_type"] for each in added["upstream_dependencies"]] == ["task_run"]


def test_a_subflow_is_found_by_its_parent_and_stands_in_it_as_a_task_run(cloud, family):
    with cloud.reading() as api:
        chosen = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[UUID(family)]))
        [child] = api.read_flow_runs(flow_run_filter=chosen)
        stand_in = api.read_task_run(child.parent_task_run_id)
    assert stand_in.flow_run_id == UUID(family)
    assert stand_in.state.name == child.state.name == "Completed"
    details = stand_in.state.state_details
    assert (details.child_flow_run_id, details.flow_run_id) == (child.id, UUID(family))


def test_the_history_counts_runs_by_interval_and_state(cloud):
    tag, now = f"history-{uuid4()}", datetime.now(timezone.utc)
    for hours in (1, 1, 3):
        made(cloud, tag, 1, Scheduled(scheduled_time=now + timedelta(hours=hours, minutes=30)))
    span = {"history_start": now.isoformat(), "history_end": (now + timedelta(hours=4)).isoformat()}
    with cloud.reading() as api:
        chosen = tagged(tag) | span | {"history_interval_seconds": 3600}
        bins = api.request("POST", "/flow_runs/history", json=chosen).json()
    counts = [{state["state_name"]: state["count_runs"] for state in each["states"]} for each in bins]
    assert counts == [{}, {"Scheduled": 2}, {}, {"Scheduled": 1}]


def test_task_runs_have_a_history_and_counts_too(cloud, family):
    now = datetime.now(timezone.utc)
    chosen = {"flow_runs": {"id": {"any_": [family]}}}
    span = {"history_start": (now - timedelta(hours=1)).isoformat(), "history_end": now.isoformat()}
    with cloud.reading() as api:
        [one] = api.request("POST", "/task_runs/history", json=chosen | span | {"history_interval_seconds": 3600}).json()
        assert api.request("POST", "/task_runs/count", json=chosen).json() == 6
    assert [(state["state_name"], state["count_runs"]) for state in one["states"]] == [("Completed", 6)]
    assert one["states"][0]["sum_estimated_run_time"] > 0


def test_runs_are_counted_paged_and_late(cloud):
    tag = f"late-{uuid4()}"
    made(cloud, tag, 3, Scheduled(scheduled_time=datetime.now(timezone.utc) - timedelta(minutes=10)))
    with cloud.reading() as api:
        assert api.count_flow_runs(flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=[tag]))) == 3
        page = api.request("POST", "/flow_runs/paginate", json=tagged(tag) | {"limit": 2, "page": 2}).json()
        lateness = api.request("POST", "/flow_runs/lateness", json=tagged(tag)).json()
    assert (len(page["results"]), page["count"], page["pages"]) == (1, 3, 2)
    assert 590 < lateness < 900


def test_a_state_is_set_for_many_runs_and_each_answers_for_itself(cloud):
    tag = f"bulk-{uuid4()}"
    ids = made(cloud, tag, 2) | made(cloud, tag, 1, Running())
    results = cloud.post("/flow_runs/bulk_set_state", tagged(tag) | {"state": {"type": "CANCELLED"}}).json()["results"]
    assert {UUID(each["flow_run_id"]) for each in results} == ids
    assert [each["status"] for each in results] == ["ACCEPT"] * 3
    assert {cloud.flow_run(str(each)).state_name for each in ids} == {"Cancelled"}
    again = cloud.post("/flow_runs/bulk_set_state", tagged(tag) | {"state": {"type": "CANCELLING"}, "limit": 1}).json()
    assert [each["status"] for each in again["results"]] == ["ABORT"]


def test_many_runs_are_deleted_at_once(cloud):
    tag = f"bulk-{uuid4()}"
    ids = made(cloud, tag, 3)
    deleted = cloud.post("/flow_runs/bulk_delete", tagged(tag)).json()["deleted"]
    assert {UUID(each) for each in deleted} == ids
    with cloud.reading() as api:
        assert api.count_flow_runs(flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=[tag]))) == 0
        with pytest.raises(ObjectNotFound):
            api.read_flow_run(ids.pop())


def test_the_command_line_lists_inspects_and_deletes_runs_and_shows_their_logs(cloud, family):
    assert cloud.recorded(family)["name"] in cloud.prefect("flow-run", "ls", "--flow-name", "family")
    assert family in cloud.prefect("flow-run", "inspect", family)
    assert 'first, "second"' in cloud.prefect("flow-run", "logs", family)
    [doomed] = made(cloud, f"doomed-{uuid4()}", 1)
    cloud.prefect("flow-run", "delete", str(doomed))
    assert "not found" in cloud.prefect("flow-run", "delete", str(doomed), fails=True)


def test_the_log_of_a_run_is_downloaded_as_csv(cloud, family):
    cloud.wait_for_log(family, "first")
    with cloud.reading() as api:
        answer = api.request("GET", "/flow_runs/{id}/logs/download", path_params={"id": family})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("timestamp,level,flow_run_id,task_run_id,message\r\n")
    assert '"first, ""second"""' in answer.text
