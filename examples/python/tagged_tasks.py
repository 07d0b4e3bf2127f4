"""Tasks whose tag has a concurrency limit share its slots.

    prefect concurrency-limit create pump 1
    python tagged_tasks.py
"""

import time

from prefect import flow, tags, task


@task(tags=["pump"])
def use_pump(number: int, seconds: float) -> tuple[float, float]:
    """The clock when the pump was taken and when it was given back."""
    started = time.monotonic()
    time.sleep(seconds)
    return started, time.monotonic()


@flow(name="tagged-tasks", log_prints=True)
def tagged_tasks(pumps: int = 2, seconds: float = 0.5) -> bool:
    """Whether no two pumps were in use at the same time."""
    with tags("nightly"):
        spans = sorted(use_pump.map(range(pumps), seconds).result())
    alone = all(ended <= started for (_, ended), (started, _) in zip(spans, spans[1:]))
    print("one pump at a time" if alone else "pumps overlapped")
    return alone


if __name__ == "__main__":
    tagged_tasks()
