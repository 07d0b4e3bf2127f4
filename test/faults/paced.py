"""A flow that works until a file appears: paced.py STOP_FILE"""

import sys
import time
from pathlib import Path

from prefect import flow, get_run_logger, task


@task
def step(number: int) -> int:
    time.sleep(0.2)
    return number


@flow(name="paced")
def paced(stop: str) -> int:
    done = 0
    while not Path(stop).exists():
        done = step(done + 1)
        get_run_logger().info("step %s", done)
    return done


if __name__ == "__main__":
    print("steps", paced(sys.argv[1]))
