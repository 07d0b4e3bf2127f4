"""
Tasks for the background. `background.py delay [[TASK, ARGUMENT…], …]` has them run and prints what comes back, `send` does
not wait, `serve TASK` serves one, `delegate [ONE, OTHER]` runs a flow that delays.
"""

import json
import os
import sys
import time
from pathlib import Path

from prefect import flow, task
from prefect.cache_policies import NO_CACHE


@task(cache_policy=NO_CACHE)
def add(one: int, other: int) -> int:
    return one + other


@task(cache_policy=NO_CACHE)
async def greet(name: str) -> str:
    return f"hello {name}"


@task(cache_policy=NO_CACHE)
def nap(folder: str, name: str, seconds: float) -> int:
    """Leaves a line for each time it is run: by which process."""
    with (Path(folder) / name).open("a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(seconds)
    return os.getpid()


@task(retries=2, retry_delay_seconds=1, cache_policy=NO_CACHE)
def third_time_lucky(folder: str) -> int:
    """Fails until it has been tried twice."""
    marks = Path(folder) / "tries"
    with marks.open("a") as file:
        file.write(f"{time.time()}\n")
    tries = len(marks.read_text().splitlines())
    if tries < 3:
        raise ValueError(f"try {tries}")
    return tries


@task(cache_policy=NO_CACHE)
def fails() -> None:
    raise ValueError("on purpose")


@flow
def delegates(one: int, other: int) -> dict:
    future = add.delay(one, other)
    return {"id": str(future.task_run_id), "result": future.result(timeout=240)}


TASKS = {each.fn.__name__: each for each in (add, greet, nap, third_time_lucky, fails)}


def tell(future, wait: bool) -> None:
    entry = {"id": str(future.task_run_id)}
    if wait:
        try:
            entry["result"] = future.result(timeout=240)
        except ValueError as error:
            entry["error"] = str(error)
    print(f"RUN {json.dumps(entry)}", flush=True)


if __name__ == "__main__":
    command, argument = sys.argv[1:]
    if command == "serve":
        TASKS[argument].serve()
    elif command == "delegate":
        print(f"RUN {json.dumps(delegates(*json.loads(argument)))}")
    else:
        futures = [TASKS[name].delay(*rest) for name, *rest in json.loads(argument)]
        for future in futures:
            tell(future, wait=command == "delay")
