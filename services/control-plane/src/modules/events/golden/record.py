"""Writes answers.json: which of a set of events a real Prefect server finds by which filter, and how it counts them.

Run by hand when the set of cases changes, with the address of a server that is otherwise unused and keeps its events in
Postgres (SQLite compares without regard to case):

    python record.py http://127.0.0.1:4200/api
"""

import json
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import UUID

BASE = sys.argv[1]
START = datetime(2024, 11, 18, 10, 0, 0, 250_000, tzinfo=timezone.utc)
SPAN = {"since": "2024-11-18T00:00:00Z", "until": "2024-11-22T00:00:00Z"}


def resource(id, **labels):
    return {"prefect.resource.id": id, **{key.replace("__", "."): value for key, value in labels.items()}}


def related(id, role, **labels):
    return {**resource(id, **labels), "prefect.resource.role": role}


KINDS = [
    ("gold.run.Completed", resource("gold.run.1", prefect__resource__name="nightly", env="prod", size="10%"), [related("gold.flow.1", "flow", team="data"), related("gold.pool.a", "pool")], {"message": "All done, 5 rows"}),
    ("gold.run.Failed", resource("gold.run.2", prefect__resource__name="Hourly", env="test"), [related("gold.flow.2", "flow", team="ml"), related("gold.flow.1", "parent", team="data")], {"message": "Disk full", "code": 28}),
    ("gold.run.Failed", resource("gold.run.1", prefect__resource__name="renamed", env="prod_eu"), [related("gold.flow.1", "flow", team="data"), related("gold.tag.x", "tag"), related("gold.tag.y", "tag")], {"reason": {"deep": ["Timeout", 3]}}),
    ("gold.pool.ready", resource("gold.pool.a", prefect__name="the pool"), [], {}),
    ("golden.other", resource("gold.other", env="a*b"), [related("gold.run.1", "cause")], {"text": 'say "hi there"'}),
    ("gold.note", resource("gold.note.1", env="prod", owner="Ümit"), [related("gold.flow.2", "flow")], {"message": "full disk of nothing"}),
]
EVENTS = [
    {
        "id": str(UUID(int=0x01900001_0000_7000_8000_000000000000 + at)),
        "occurred": (START + timedelta(minutes=37 * at, microseconds=7 * at)).isoformat(),
        "event": name,
        "resource": labels,
        "related": others,
        "payload": payload,
    }
    for at, (name, labels, others, payload) in enumerate(KINDS * 4)
]
FILTERS = [
    {}, {"order": "ASC"},
    *({"event": part} for part in [
        {"prefix": ["gold.run"]}, {"prefix": ["gold.run.F", "gold.pool"]}, {"prefix": []}, {"exclude_prefix": ["gold.run"]}, {"exclude_prefix": []},
        {"name": ["gold.note"]}, {"name": ["gold.run.*"]}, {"name": ["gold.run.Completed", "golden.other"]}, {"exclude_name": ["gold.run.Failed", "gold.note"]},
        {"prefix": ["gold."], "exclude_name": ["gold.note"], "exclude_prefix": ["gold.pool"]}, {"prefix": ["gold.note"], "name": ["gold.run.Failed"]}, {"name": ["GOLD.NOTE"]},
    ]),
    *({"resource": part} for part in [
        {"id": ["gold.run.1"]}, {"id": ["gold.run.*"]}, {"id": ["gold.run.1", "gold.note.1"]}, {"id": []}, {"id_prefix": ["gold.run", "gold.pool"]}, {"id_prefix": ["Gold"]},
        {"labels": {"env": "prod"}}, {"labels": {"env": ["prod", "test"]}}, {"labels": {"env": "prod*"}}, {"labels": {"env": "!prod"}}, {"labels": {"env": "!prod*"}}, {"labels": {"env": ["!prod", "prod"]}},
        {"labels": {"env": "pr?d"}}, {"labels": {"env": "prod_*"}}, {"labels": {"env": "a*b"}}, {"labels": {"env": "PROD"}}, {"labels": {"size": "10%"}}, {"labels": {"size": "1%"}}, {"labels": {"env": []}}, {"labels": {}},
        {"labels": {"nothing": "*"}}, {"labels": {"nothing": "!x"}}, {"labels": {"env": "*", "owner": "*"}}, {"labels": {"prefect.resource.id": "gold.run.*"}}, {"labels": {"prefect.resource.id": ["!gold.run.*"]}},
        {"labels": {"prefect.resource.name": "*ly"}}, {"id": ["gold.run.1"], "labels": {"env": "prod"}}, {"distinct": True}, {"distinct": True, "labels": {"env": "*"}}, {"distinct": True, "id": ["gold.run.1"]}, {"distinct": False},
    ]),
    {"resource": {"distinct": True}, "order": "ASC"},
    *({"related": part} for part in [
        {"id": ["gold.flow.1"]}, {"id": ["gold.flow.*"]}, {"id": ["gold.flow.1", "gold.flow.2"]}, {"id": []}, {"role": ["flow"]}, {"role": ["fl*"]}, {"role": ["tag", "cause"]}, {"id": ["gold.flow.1"], "role": ["flow"]}, {"id": ["gold.flow.1"], "role": ["parent"]},
        {"id": ["gold.flow.2"], "role": ["parent"]}, {"resources_in_roles": [["gold.flow.1", "parent"]]}, {"resources_in_roles": [["gold.flow.1", "parent"], ["gold.tag.x", "tag"]]}, {"resources_in_roles": [["gold.flow.1", "tag"]]}, {"resources_in_roles": []},
        {"labels": {"team": "data"}}, {"labels": {"team": "!data"}}, {"labels": {"team": "*", "prefect.resource.id": "gold.flow.*"}}, {"labels": {"prefect.resource.role": "tag"}}, {"labels": {"team": "ml"}, "role": ["flow"]}, {"labels": {"team": "data"}, "id": ["gold.flow.2"]}, {},
        [{"id": ["gold.flow.1"]}, {"id": ["gold.flow.2"]}], [{"id": ["gold.tag.x"]}, {"id": ["gold.tag.y"]}], [{"role": ["flow"]}, {"labels": {"team": "data"}}], [], [{}], {"id": ["gold.run.1"]}, {"id": ["gold.pool.a"]},
    ]),
    *({"any_resource": part} for part in [
        {"id": ["gold.run.1"]}, {"id": ["gold.pool.a"]}, {"id": ["gold.run.1", "gold.flow.2"]}, {"id": []}, {"id_prefix": ["gold.run"]}, {"id_prefix": ["gold.flow", "gold.pool"]}, {"labels": {"team": "ml"}}, {"labels": {"env": "prod"}}, {"labels": {"env": "!prod"}},
        {"id": ["gold.flow.1"], "labels": {"team": "data"}}, {"id": ["gold.run.1"], "labels": {"team": "data"}}, {"labels": {"prefect.resource.role": "flow"}}, {"labels": {"prefect.resource.id": "gold.*.1"}}, [{"id": ["gold.run.1"]}, {"id": ["gold.flow.1"]}], [{"id": ["gold.pool.a"]}, {"labels": {"env": "prod*"}}], {},
    ]),
    *({"text": {"query": query}} for query in [
        "disk", "DISK", "disk pool", '"disk full"', "+disk -failed", "+disk !note", "-gold.run", "ready hourly", "nothing-like-this", "", "  ", '"hi there"', "timeout", "- disk", "+full +disk", '"disk', 'say"hi', "10%", "prefect.resource.name", "Ümit",
    ]),
    {"id": {"id": [EVENTS[3]["id"], EVENTS[10]["id"]]}}, {"id": {"id": []}}, {"id": {"id": [str(UUID(int=1))]}},
    {"occurred": {"since": EVENTS[5]["occurred"], "until": EVENTS[9]["occurred"]}}, {"occurred": {"since": EVENTS[9]["occurred"], "until": EVENTS[5]["occurred"]}},
    {"event": {"prefix": ["gold.run"]}, "resource": {"labels": {"env": "prod*"}}, "related": {"role": ["tag"]}, "text": {"query": "timeout"}},
    {"event": {"name": ["gold.run.Failed"]}, "any_resource": {"id": ["gold.flow.1"]}, "order": "ASC"},
]
COUNTS = [
    ("time", {"time_unit": unit, "time_interval": interval}, SPAN)
    for unit, interval in [("week", 1), ("day", 1), ("day", 0.5), ("hour", 1), ("hour", 2.5), ("hour", 0.3), ("minute", 10), ("minute", 7.7), ("second", 600), ("minute", 1), ("second", 1), ("hour", 0.01)]
] + [
    ("time", {"time_unit": "minute"}, {"since": "2024-11-18T10:00:30.5Z", "until": "2024-11-18T11:15:00Z"}),
    ("time", {"time_unit": "second", "time_interval": 0.5}, {"since": "2024-11-18T10:00:00.1Z", "until": "2024-11-18T10:00:03Z"}),
    ("time", {"time_unit": "second", "time_interval": 0.01}, {"since": "2024-11-18T10:00:00.2Z", "until": "2024-11-18T10:00:00.3Z"}),
    ("time", {"time_unit": "day"}, {"since": "2024-11-22T00:00:00Z", "until": "2024-11-18T00:00:00Z"}),
    ("day", {}, SPAN), ("event", {}, SPAN), ("resource", {}, SPAN), ("event", {"time_unit": "second"}, SPAN), ("resource", {"time_unit": "hour", "time_interval": 5}, SPAN),
]


def call(path, body):
    request = Request(BASE + path, method="POST", headers={"content-type": "application/json"}, data=json.dumps(body).encode())
    try:
        with urlopen(request) as response:
            text = response.read()
            return response.status, json.loads(text) if text else None
    except HTTPError as error:
        return error.code, json.loads(error.read())


call("/events", EVENTS)
ours = {event["id"] for event in EVENTS}
while call("/events/filter", {"filter": {"occurred": SPAN}})[1]["total"] < len(EVENTS):
    time.sleep(0.2)

found = []
for asked in FILTERS:
    status, page = call("/events/filter", {"filter": {"occurred": SPAN, **asked}})
    assert status == 200, (asked, page)
    found.append({"filter": {"occurred": SPAN, **asked}, "total": page["total"], "events": [EVENTS.index(next(event for event in EVENTS if event["id"] == each["id"])) for each in page["events"]]})
counted = []
for countable, width, span in COUNTS:
    status, answer = call(f"/events/count-by/{countable}", {"filter": {"occurred": span}, **width})
    if status == 200 and countable in ("time", "day"):
        answer = {"buckets": len(answer), "first": answer[0] if answer else None, "last": answer[-1] if answer else None, "full": [each for each in answer if each["count"]]}
    counted.append({"by": countable, "body": {"filter": {"occurred": span}, **width}, "status": status, "answer": answer})

rows = lambda values: "[\n" + ",\n".join(json.dumps(value) for value in values) + "\n]"
(Path(__file__).parent / "answers.json").write_text(f'{{"events": {rows(EVENTS)},\n"found": {rows(found)},\n"counted": {rows(counted)}}}\n')
