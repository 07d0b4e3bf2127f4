"""A flow that calls flows: each call is a run of its own, tied to the run that called it.

    python subflows.py
"""

from prefect import flow, task


@task
def square(number: int) -> int:
    return number * number


@flow(name="sum-of-squares")
def sum_of_squares(numbers: list[int]) -> int:
    return sum(square.map(numbers).result())


@flow(name="careless")
def careless() -> None:
    raise RuntimeError("this part always fails")


@flow(name="subflows", log_prints=True)
def subflows(upto: int = 3) -> int:
    total = sum_of_squares(list(range(1, upto + 1)))
    lost = careless(return_state=True)
    print(f"the total is {total}, the careless part {lost.type.value}")
    return total


if __name__ == "__main__":
    subflows()
