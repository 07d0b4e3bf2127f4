"""A limit that nobody made: `python needs_limit.py LIMIT`."""

import sys

from prefect.concurrency.sync import concurrency

if __name__ == "__main__":
    with concurrency(sys.argv[1]):
        print("went on without")
    try:
        with concurrency(sys.argv[1], strict=True):
            print("should not get here")
    except Exception as error:
        print(f"refused to go on without: {type(error).__name__}")
