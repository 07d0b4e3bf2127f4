"""Serves two flows from one process: one by the clock, one on request. The name of the deployments is the argument."""

import sys

from prefect import flow, serve, task


@task
def measure(litres: int) -> int:
    return litres * 2


@flow(name="by-the-clock", log_prints=True)
def by_the_clock(litres: int = 1) -> int:
    doubled = measure(litres)
    print(f"measured {doubled}")
    return doubled


@flow(name="on-request", log_prints=True)
def on_request(litres: int = 1) -> int:
    doubled = measure(litres)
    print(f"asked for {doubled}")
    return doubled


if __name__ == "__main__":
    name = sys.argv[1]
    serve(by_the_clock.to_deployment(name, interval=10), on_request.to_deployment(name, parameters={"litres": 5}))
