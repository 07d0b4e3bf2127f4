"""A deployment of this flow may only run once at a time."""

import time

from prefect import flow


@flow(name="exclusive")
def exclusive(seconds: float = 3) -> None:
    time.sleep(seconds)
