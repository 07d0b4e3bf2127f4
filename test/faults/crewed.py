"""A script of its own, at work in a task that holds slots."""

import time

from prefect import flow, task
from prefect.concurrency.sync import concurrency


@task(tags=["winch-py"])
def work():
    # Nobody is told who holds it: its lease ends by itself.
    with concurrency("crane", occupy=1, lease_duration=60):
        print("working", flush=True)
        time.sleep(600)


@flow(name="crewed-python")
def crewed():
    work()


crewed()
