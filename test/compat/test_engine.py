"""What the engine of the Python client offers to flows, used by flows/engine.py once each."""

import json
import re
from uuid import uuid4

import pytest
from prefect.events.filters import EventFilter, EventNameFilter

from support.client import FLOWS, run_ids, version
from support.waiting import until

WORD = f"engine-{uuid4().hex[:8]}"


@pytest.fixture(scope="module")
def seen(cloud, tmp_path_factory) -> dict[str, list]:
    """What the flow saw, by name."""
    done = cloud.python(FLOWS / "engine.py", WORD, str(tmp_path_factory.mktemp("results")))
    assert done.code == 0, done.output
    saw: dict[str, list] = {}
    for line in done.output.splitlines():
        if line.startswith("SAW "):
            name, value = json.loads(line[4:])
            saw.setdefault(name, []).append(value)
    return saw


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("run", [["engine-of-2", "engine", 1]]),
        ("cache", [[2, 2, "Cached"]]),
        ("map", [[11, 12, 13]]),
        ("submit", [3]),
        ("failure", [["Failed", 1]]),
        ("retries", [3]),
        ("name", [["named-3", ["t"], {"x": 3}]]),
        ("child", [[True, {"n": 4}]]),
        ("slot", [True]),
        ("no slot", ["ConcurrencySlotAcquisitionError"] * 2),
        ("rollback", ["value"]),
        ("assets", [[1, 1]]),
    ],
)
def test_a_flow_sees(seen, what, values):
    assert seen[what] == values


def test_the_run_is_recorded_with_its_name_tasks_and_result(cloud, seen):
    [[run_id, name, result]] = seen["result"]
    assert (name, result) == ("engine-of-2", 2)
    added = ["add: Cached", *["add: Completed"] * 5]
    cloud.wait_for_tasks(
        run_id,
        ["kept: Completed", "kept: Cached", "kept: Cached", *added, "breaks: Failed", "flaky: Completed"]
        + ["named-3: Completed", "child-0: Completed", "opened: RolledBack", "levels: Completed", "report: Completed"],
    )
    runs = {run.name: run for run in cloud.task_runs(run_id)}
    assert runs["named-3"].tags == ["t"]
    assert [run.run_count for name, run in runs.items() if name.startswith("flaky")] == [3]
    assert sum("in-a-block" in run.tags for run in runs.values()) == 3


def test_what_was_materialized_is_told_in_events(cloud, seen):
    def told(prefix: str) -> set[str]:
        with cloud.reading() as api:
            return {
                event.resource.id
                for event in api.read_events(EventFilter(event=EventNameFilter(prefix=[prefix])), limit=50).events
                if WORD in event.resource.id
            }

    made = {f"s3://{WORD}/levels.csv", f"s3://{WORD}/report.csv"}
    until(lambda: told("prefect.asset.materialization") == made, "assets")
    until(lambda: told(f"{WORD}.done") == {WORD}, "the event of the flow")


@pytest.mark.skipif(version() < (3, 9, 1), reason="older engines do not run it again")
def test_a_flow_that_returns_failed_is_run_again_while_it_has_retries(cloud, tmp_path):
    done = cloud.python(FLOWS / "returns_failed.py", str(tmp_path / "tried"))
    assert done.code == 0, done.output
    assert re.findall(r"^RESULT (\w+)", done.output, re.MULTILINE) == ["Completed", "Failed"]
    second_time, never = run_ids(done.output)
    for run_id, end in ((second_time, "Completed"), (never, "Failed")):
        assert cloud.states(run_id)[-4:] == ["Running", "AwaitingRetry", "Running", end]
        assert cloud.recorded(run_id)["run_count"] == 2
    assert cloud.recorded(never)["state"]["message"] == "every time"
