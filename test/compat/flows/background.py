"""Tasks for the background. `background.py delay TASK ARGUMENT…` runs one and prints its result; `send` does not wait; `serve` serves."""

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
def delegates(one: int, other: int) -> int:
    future = add.delay(one, other)
    print(f"DELAYED {future.task_run_id}")
    return future.result(timeout=60)


TASKS = {each.fn.__name__: each for each in (add, greet, nap, third_time_lucky, fails)}

if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    if command == "serve":
        TASKS[rest[0]].serve()
    elif command == "delegate":
        print(f"RESULT {json.dumps(delegates(*map(json.loads, rest)))}")
    else:
        future = TASKS[rest[0]].delay(*map(json.loads, rest[1:]))
        print(f"DELAYED {future.task_run_id}")
        if command == "delay":
            print(f"RESULT {json.dumps(future.result(timeout=60))}")
