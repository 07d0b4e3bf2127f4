"""Run many small tasks at once, wait for all of them, and go on with those that succeeded.

    python parallel_processing.py
"""

import hashlib

from prefect import flow, task
from prefect.futures import wait


@task(task_run_name="digest {number}")
def digest(number: int, rounds: int) -> str:
    """Repeated SHA-256 of a number; numbers divisible by 4 are refused."""
    if number % 4 == 0:
        raise ValueError(f"{number} is divisible by 4")
    value = str(number)
    for _ in range(rounds):
        value = hashlib.sha256(value.encode()).hexdigest()
    return value


@flow(name="parallel-processing", log_prints=True)
def parallel_processing(count: int = 8, rounds: int = 500) -> int:
    futures = [digest.submit(number, rounds) for number in range(1, count + 1)]
    done, unfinished = wait(futures)
    failed = [future for future in done if future.state.is_failed()]
    digests = [future.result() for future in done if future.state.is_completed()]
    print(f"{len(digests)} digests, {len(failed)} refused, {len(unfinished)} unfinished")
    return len(digests)


if __name__ == "__main__":
    parallel_processing()
