"""Three threads that take turns: `python shares_slot.py LIMIT`."""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from prefect.concurrency.sync import concurrency

inside, most, lock = 0, 0, threading.Lock()


def use(limit: str) -> None:
    global inside, most
    with concurrency(limit, occupy=1, timeout_seconds=240):
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.1)
        with lock:
            inside -= 1


if __name__ == "__main__":
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(use, [sys.argv[1]] * 3))
    print(f"at most {most} of 3 at once")
