"""A flow whose results lie in a block's folder; the second run finds what the first one stored."""

import sys
from pathlib import Path

from prefect import flow, task
from prefect.blocks.system import Secret
from prefect.filesystems import LocalFileSystem


@task(persist_result=True, cache_key_fn=lambda *_: "keeps-results", result_storage_key="level")
def level() -> int:
    Path(sys.argv[1], "asked").open("a").write("x")
    return int(Secret.load("gauge-level").get())


@flow(persist_result=True)
def keeps_results() -> int:
    return level()


if __name__ == "__main__":
    storage = LocalFileSystem(basepath=sys.argv[1])
    storage.save("gauge-results", overwrite=True)
    Secret(value="42").save("gauge-level", overwrite=True)
    keep = keeps_results.with_options(result_storage="local-file-system/gauge-results")
    assert [keep(), keep()] == [42, 42]
