"""Every example runs as a plain script, and the system remembers what it did."""

import json

import pytest
from prefect.artifacts import Artifact
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

from support.client import EXAMPLES, run_ids


@pytest.fixture
def ran(scripts, cloud):
    """Runs of an example by its name: ids in the order in which they began."""

    def ids(name: str) -> list[str]:
        done = scripts[name].result()
        assert done.code == 0, done.output
        found = run_ids(done.output)
        assert found, done.output
        for run_id in found:
            cloud.recorded(run_id)
        return found

    return ids


def test_a_retried_task_keeps_its_history(ran, cloud):
    run_id = ran("etl_pipeline")[0]
    assert cloud.states(run_id) == ["Pending", "Running", "Completed"]
    cloud.wait_for_tasks(run_id, ["extract: Completed", "transform: Completed", "load: Completed"])
    cloud.wait_for_log(run_id, "loaded 4 products from 10 orders")
    cloud.wait_for_log(run_id, "is not mounted yet (attempt 1)")
    extract = next(run for run in cloud.task_runs(run_id) if run.name.startswith("extract"))
    assert extract.run_count == 2
    with cloud.reading() as api:
        history = [state.name for state in api.read_task_run_states(extract.id)]
    assert history == ["Pending", "Running", "AwaitingRetry", "Retrying", "Completed"]


def test_a_task_that_depends_on_another_names_it_as_its_input(ran, cloud):
    run_id = ran("etl_pipeline")[0]
    tasks = {run.name.rpartition("-")[0]: run for run in cloud.task_runs(run_id)}
    assert [source.id for source in tasks["transform"].task_inputs["rows"]] == [tasks["extract"].id]


def test_mapped_tasks_are_task_runs_of_their_own_names(ran, scripts, cloud):
    run_id = ran("repository_stars")[0]
    names = ["stars of acme/canal", "stars of acme/sluice", "stars of acme/penstock"]
    cloud.wait_for_tasks(run_id, [f"{name}: Completed" for name in names])
    # The client exchanges `print` for all threads at once: a task that ends may take it from one that runs, whose
    # line is then plain output.
    plain = scripts["repository_stars"].result().output.splitlines()
    for line in ["acme/canal has 1840 stars", "acme/sluice has 512 stars", "acme/penstock has 2309 stars"]:
        if line not in plain:
            cloud.wait_for_log(run_id, line)


def test_a_cached_task_run_says_so(ran, cloud):
    run_id = ran("price_analysis")[0]
    cloud.wait_for_tasks(run_id, ["fetch_prices: Completed", "average: Completed", "fetch_prices: Cached"])
    cloud.wait_for_log(run_id, "the second look-up was Cached")


def test_tasks_known_only_at_run_time_all_appear(ran, cloud):
    run_id = ran("customers")[0]
    bills = [f"bill {number}: Completed" for number in ("c-02", "c-07", "c-11", "c-19", "c-23")]
    cloud.wait_for_tasks(run_id, ["list_customers: Completed", *bills])


def test_failures_among_parallel_tasks_are_counted_and_survived(ran, cloud):
    run_id = ran("parallel_processing")[0]
    states = {number: "Failed" if number % 4 == 0 else "Completed" for number in range(1, 9)}
    cloud.wait_for_tasks(run_id, [f"digest {number}: {state}" for number, state in states.items()])
    failed = next(run for run in cloud.task_runs(run_id) if run.name == "digest 4")
    assert "4 is divisible by 4" in failed.state.message


def test_a_returned_state_is_the_end_of_the_run(ran, cloud):
    ids = ran("stateful_workflow")
    ends = [(run["state_type"], run["state_name"], run["state"]["message"]) for run in map(cloud.recorded, ids)]
    assert ends == [
        ("COMPLETED", "Completed", "4.2 m is below the crest."),
        ("COMPLETED", "Overflowing", "11.0 m is above the crest."),
        ("FAILED", "Failed", "The reading has no level."),
    ]
    cloud.wait_for_log(ids[2], "hook: stateful-workflow ended as Failed")


def test_a_retried_flow_keeps_its_history(ran, cloud):
    run_id = ran("flaky")[0]
    run = cloud.recorded(run_id)
    assert (run["state_name"], run["run_count"]) == ("Completed", 3)
    once_more = ["AwaitingRetry", "Running"]
    assert cloud.states(run_id) == ["Pending", "Running", *once_more, *once_more, "Completed"]
    cloud.wait_for_log(run_id, "the gate is open after 3 attempts")
    waiting = [state for state in cloud.state_history(run_id) if state.name == "AwaitingRetry"]
    assert "the gate is stuck (attempt 1)" in waiting[0].message


def test_a_subflow_is_tied_to_its_parent_and_fails_alone(ran, cloud):
    parent, *_ = ran("subflows")
    assert cloud.recorded(parent)["state_name"] == "Completed"
    cloud.wait_for_tasks(parent, ["sum-of-squares-0: Completed", "careless-0: Failed"])
    for task_run in cloud.task_runs(parent):
        child = cloud.recorded(str(task_run.state.state_details.child_flow_run_id))
        assert child["parent_task_run_id"] == str(task_run.id)
        assert child["state_type"] == task_run.state_type.value
    squares = next(run for run in cloud.task_runs(parent) if run.name.startswith("sum"))
    cloud.wait_for_tasks(str(squares.state.state_details.child_flow_run_id), ["square: Completed"] * 3)


def test_artifacts_are_kept_with_their_run_and_read_back_by_key(ran, cloud):
    run_id = ran("report_artifacts")[0]
    with cloud.reading() as api:
        chosen = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]))
        artifacts = {artifact.key: artifact for artifact in api.read_artifacts(artifact_filter=chosen) if artifact.key}
    assert {key: artifact.type for key, artifact in artifacts.items()} == {
        "water-report": "markdown",
        "customer-table": "table",
        "meter-readings": "markdown",
        "billing-progress": "progress",
    }
    assert artifacts["billing-progress"].data == 100.0
    assert len(json.loads(artifacts["customer-table"].data)) == 5
    assert all(artifact.task_run_id for artifact in artifacts.values())
    with cloud.active():
        latest = Artifact.get("water-report")
    assert "**452,700** litres" in latest.data


def test_task_runs_are_written_as_they_happen_with_their_times(ran, cloud):
    run_id = ran("slow")[0]
    ticks = cloud.task_runs(run_id)
    assert len(ticks) == 4
    for tick in ticks:
        assert tick.expected_start_time <= tick.start_time < tick.end_time
        assert 0.4 < tick.total_run_time.total_seconds() < 5


def test_counts_agree_with_lists(ran, cloud):
    run_id = ran("parallel_processing")[0]
    only = {"flow_runs": {"id": {"any_": [run_id]}}}
    failed = only | {"task_runs": {"state": {"type": {"any_": ["FAILED"]}}}}
    assert cloud.post("/task_runs/count", only).json() == 8
    assert cloud.post("/task_runs/count", failed).json() == 2
    assert cloud.post("/flow_runs/count", failed).json() == 1


def test_every_example_has_a_test(scripts):
    driven_elsewhere = {"approval", "tagged_tasks"}
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(scripts) | driven_elsewhere
