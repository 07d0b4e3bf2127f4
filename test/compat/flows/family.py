"""A flow of every kind of part that a graph shows: tasks, mapped tasks, a task within a task, a subflow, artifacts."""

from prefect import flow, task, unmapped
from prefect.artifacts import create_markdown_artifact, create_progress_artifact


@task
def seed() -> int:
    return 1


@task
def add(left: int, right: int) -> int:
    return left + right


@task
def inner(number: int) -> int:
    return number


@task
def outer(number: int) -> int:
    create_markdown_artifact("# outer", key="family-outer")
    return inner(number)


@flow
def child(number: int) -> int:
    return inner(number)


@flow(name="family", log_prints=True)
def family(size: int = 2) -> int:
    print('first, "second"')
    start = seed.submit()
    sums = add.map(list(range(size)), unmapped(start)).result()
    held = outer.submit(sums[0]).result()
    create_progress_artifact(50.0, key="family-progress")
    return child(held)


if __name__ == "__main__":
    family()
