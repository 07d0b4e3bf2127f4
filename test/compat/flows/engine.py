"""What the engine offers to flows, each used once; prints `SAW` and what it saw, as `[name, value]` in JSON."""

import json
import sys
from pathlib import Path

from prefect import flow, runtime, tags, task
from prefect.assets import Asset, AssetProperties, materialize
from prefect.cache_policies import INPUTS
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from prefect.concurrency.sync import concurrency, rate_limit
from prefect.events import emit_event
from prefect.filesystems import LocalFileSystem
from prefect.transactions import transaction
from prefect.utilities.annotations import allow_failure, unmapped

word = sys.argv[1]
store = LocalFileSystem(basepath=str(Path(sys.argv[2])))
store.save(word)
with get_client(sync_client=True) as api:
    api.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=f"{word}-one", limit=1))
    rate = GlobalConcurrencyLimitCreate(name=f"{word}-rate", limit=50, slot_decay_per_second=50.0)
    api.create_global_concurrency_limit(rate)


def saw(name: str, value: object) -> None:
    """In one write: `print` writes the end of a line by itself, and tasks of other threads print between the two."""
    sys.stdout.write(f"SAW {json.dumps([name, value])}\n")
    sys.stdout.flush()


@task(cache_policy=INPUTS, persist_result=True, result_storage=f"local-file-system/{word}")
def kept(x: int) -> int:
    return x + 1


@task
def add(x: int, y: int = 0) -> int:
    return x + y


@task
def breaks() -> None:
    raise ValueError("on purpose")


@task(retries=2)
def flaky() -> int:
    if runtime.task_run.run_count < 3:
        raise RuntimeError("again")
    return runtime.task_run.run_count


@task(task_run_name="named-{x}", tags=["t"])
def named(x: int) -> list:
    return [runtime.task_run.name, runtime.task_run.tags, runtime.task_run.parameters]


@task
def opened() -> None:
    pass


@opened.on_rollback
def closed(within) -> None:
    saw("rollback", within.get("key"))


@materialize(Asset(key=f"s3://{word}/levels.csv", properties=AssetProperties(name="Levels", owners=["me"])), by="dbt")
def levels() -> int:
    Asset(key=f"s3://{word}/levels.csv").add_metadata({"rows": 3})
    return 1


@materialize(f"s3://{word}/report.csv", asset_deps=[f"s3://{word}/levels.csv"])
def report(x: int) -> int:
    return x


@flow
def child(n: int) -> list:
    return [runtime.flow_run.parent_flow_run_id is not None, runtime.flow_run.parameters]


def limits() -> None:
    with concurrency(f"{word}-one", timeout_seconds=10):
        saw("slot", True)
    for limit, options in ((f"{word}-one", {"occupy": 2, "timeout_seconds": 1}), ("unknown", {"strict": True})):
        try:
            with concurrency(limit, **options):
                saw("slot", "of too many")
        except Exception as error:
            saw("no slot", type(error).__name__)
    for _ in range(3):
        rate_limit(f"{word}-rate")


def rolls_back() -> None:
    try:
        with transaction() as within:
            within.set("key", "value")
            opened()
            raise KeyError("undo")
    except KeyError:
        pass


@flow(flow_run_name="engine-of-{n}", persist_result=True, result_storage=f"local-file-system/{word}")
def engine(n: int) -> int:
    saw("run", [runtime.flow_run.name, runtime.flow_run.flow_name, runtime.flow_run.run_count])
    saw("cache", [kept(1), kept(1), kept(1, return_state=True).name])
    with tags("in-a-block"):
        saw("map", add.map([1, 2, 3], y=unmapped(10)).result())
    first = add.submit(1)
    saw("submit", add.submit(first, y=2, wait_for=[first]).result())
    saw("failure", [breaks(return_state=True).name, add(allow_failure(1))])
    saw("retries", flaky())
    saw("name", named(3))
    saw("child", child(4))
    limits()
    rolls_back()
    saw("assets", [levels(), report(1)])
    emit_event(f"{word}.done", resource={"prefect.resource.id": word})
    return n


if __name__ == "__main__":
    state = engine(2, return_state=True)
    with get_client(sync_client=True) as api:
        read = api.read_flow_run(state.state_details.flow_run_id)
        saw("result", [str(read.id), read.name, read.state.result()])
