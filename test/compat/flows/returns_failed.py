"""Returns the state Failed, instead of raising, until the file it is given exists; it is there from the second attempt on."""

import sys
from pathlib import Path

from prefect import flow
from prefect.states import Completed, Failed, State


@flow(retries=1, retry_delay_seconds=0)
def returns_failed(path: str) -> State:
    tried = Path(path)
    if tried.exists():
        return Completed(message="the second time")
    tried.touch()
    return Failed(message="the first time")


@flow(retries=1, retry_delay_seconds=0)
def always_returns_failed() -> State:
    return Failed(message="every time")


if __name__ == "__main__":
    print("RESULT", returns_failed(sys.argv[1], return_state=True).name)
    print("RESULT", always_returns_failed(return_state=True).name)
