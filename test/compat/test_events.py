"""Events of one's own: sent by a command and by functions, read back, and followed as they come."""

import json
from datetime import datetime, timedelta, timezone
from uuid import uuid4

import pytest
from prefect.events import emit_event
from prefect.events.filters import EventFilter, EventNameFilter, EventOccurredFilter, EventResourceFilter
from prefect.events.worker import EventsWorker

from support.waiting import until


@pytest.fixture(params=["cloud", "server"])
def client(request):
    return request.getfixturevalue(request.param)


def stored(client, name: str) -> list[dict]:
    return client.post("/events/filter", {"filter": {"event": {"name": [name]}}}).json()["events"]


def test_the_command_sends_an_event(client):
    name = f"lock.opened.{client.name}"
    client.prefect(
        "events", "emit", name, "--resource-id", "canal.lock.1", "--resource", "prefect.resource.name=North lock",
        "--related", '[{"prefect.resource.id": "canal.1", "prefect.resource.role": "canal"}]', "--payload", '{"level": 3}',
    )
    (event,) = until(lambda: stored(client, name), "the event")
    assert event["resource"] == {"prefect.resource.id": "canal.lock.1", "prefect.resource.name": "North lock"}
    assert event["payload"] == {"level": 3}
    assert {"prefect.resource.id": "canal.1", "prefect.resource.role": "canal"} in event["related"]


def test_what_functions_send_is_read_back_page_by_page(client):
    name = f"gauge.read.{uuid4()}"
    with client.active():
        sent = [emit_event(name, resource={"prefect.resource.id": f"gauge.{at % 2}"}, payload={"at": at}) for at in range(5)]
        EventsWorker.instance().wait_until_empty()
    until(lambda: len(stored(client, name)) == 5, "all events")
    since = datetime.now(timezone.utc) - timedelta(minutes=5)
    wanted = EventFilter(occurred=EventOccurredFilter(since=since), event=EventNameFilter(name=[name]))
    with client.reading() as api:
        page = api.read_events(wanted, limit=2)
        ids = [each.id for each in page.events]
        assert (page.total, len(ids)) == (5, 2)
        while page.next_page:
            page = api.read_events_page(page.next_page)
            ids += [each.id for each in page.events]
        one = api.read_events(wanted.model_copy(update={"resource": EventResourceFilter(id=["gauge.1"])}), limit=50)
    assert ids == [each.id for each in reversed(sent)]
    assert [each.payload["at"] for each in one.events] == [3, 1]


def test_events_are_followed_as_they_come(client):
    name = f"valve.turned.{uuid4()}"
    service = client.start_prefect("event", "stream", "--format", "json")
    try:
        def seen() -> list[dict]:
            client.post("/events", [event()])
            lines = [line for line in service.output.splitlines() if name in line]
            return [json.loads(line) for line in lines]

        def event() -> dict:
            now = datetime.now(timezone.utc).isoformat()
            return {"id": str(uuid4()), "occurred": now, "event": name, "resource": {"prefect.resource.id": "canal.valve"}}

        assert until(seen, "an event on the stream", every=1)[0]["resource"] == {"prefect.resource.id": "canal.valve"}
    finally:
        service.kill()
