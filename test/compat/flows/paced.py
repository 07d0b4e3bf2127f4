"""Six requests through a rate limit: `python paced.py LIMIT`. More than the limit lets through at once."""

import sys
import time

from prefect.concurrency.sync import rate_limit

if __name__ == "__main__":
    times = []
    for _ in range(6):
        rate_limit(sys.argv[1], occupy=1)
        times.append(time.monotonic())
    # Two at once, the other four at four a second.
    assert times[-1] - times[0] > 0.5, times
    print(f"{len(times)} in order")
