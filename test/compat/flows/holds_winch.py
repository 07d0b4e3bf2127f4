"""A flow of which one task holds the slot of a tag for as long as it is let, while another waits for it."""

import time

from prefect import flow, task


@task(tags=["winch"])
def hold(number: int) -> None:
    time.sleep(600)


@flow(name="holds-winch")
def holds_winch() -> None:
    for future in hold.map(range(2)):
        future.wait()


if __name__ == "__main__":
    holds_winch()
