"""A flow that takes its time, to be cancelled from outside while it runs.

    python slow.py
"""

import time

from prefect import flow, task


def say_cancelled(flow, flow_run, state) -> None:
    print(f"hook: {flow_run.name} was cancelled")


@task
def tick(number: int) -> None:
    time.sleep(0.5)


@flow(name="slow", log_prints=True, on_cancellation=[say_cancelled])
def slow(seconds: float = 60) -> str:
    print("started")
    for number in range(int(seconds * 2)):
        tick(number)
    return "never cancelled"


if __name__ == "__main__":
    slow(2)
