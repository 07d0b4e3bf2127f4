"""Writes the tables that occurrences.golden.test.ts compares with.

The arithmetic is that of the Python libraries that the wire's other implementations use: croniter and dateutil on the
naive wall clock, whenever for intervals. Run by hand when the set of cases changes:

    python -m venv venv && venv/bin/pip install croniter python-dateutil whenever
    venv/bin/python generate.py
"""

import json
import math
from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from croniter import croniter
from dateutil.rrule import rrulestr
from whenever import Instant

COUNT = 8
HERE = Path(__file__).parent

# The clocks of Berlin, New York, Lord Howe (half an hour), Sydney (southern summer) change; Tokyo's and UTC's do not.
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Australia/Sydney", "Asia/Tokyo"]
STARTS = [
    "2026-03-07T12:00:00Z",
    "2026-03-28T21:30:00Z",
    "2026-04-04T10:00:00.500000Z",
    "2026-10-03T11:00:00Z",
    "2026-10-24T22:00:00Z",
    "2026-10-31T20:59:59.999999Z",
    "2026-11-21T00:08:03Z",
    "2028-02-28T23:59:00Z",
]
CRONS = [
    "* * * * *",
    "*/15 * * * *",
    "0 * * * *",
    "30 2 * * *",
    "0 8 * * *",
    "15,45 1-3 * * *",
    "0 0 * * 0",
    "0 0 * * 7",
    "0 9 * * MON-FRI",
    "0 9 * jan,Jun sun",
    "0 12 1 * *",
    "0 12 L * *",
    "0 0 31 * *",
    "0 0 29 2 *",
    "0 0 13 * 5",
    "0 0 */10 * 1",
    "0 6 * * 1#1",
    "0 6 * * 5#3",
    "0 6 * * L5",
    "5/20 4 * * *",
    "0 22-23,0-1 * * *",
    "0 0 1-7 * 1",
    "0 0 * * 5-7",
    "0 0 * * 6-1",
    "@daily",
    "@hourly",
    "@weekly",
    "@monthly",
    "@yearly",
    "@midnight",
    "*/10 * * * * 30",
    "* * * * * */20",
    "30 1 * * * 5,50",
]
AND_CRONS = ["0 0 13 * 5", "0 0 1-7 * 1", "0 9 */2 * MON", "0 0 * * 5", "0 0 13 * *"]
ANCHORS = ["2026-01-15T08:30:00.123456Z", "2026-07-01T00:00:00Z", "2027-01-01T10:00:00Z"]
INTERVALS = [1, 90, 900, 3600, 21600, 86400, 90000, 172800, 604800, 129600, 0.25]
RRULES = [
    "DTSTART:20260101T080000\nRRULE:FREQ=DAILY",
    "DTSTART:20260101T023000\nRRULE:FREQ=DAILY;INTERVAL=1",
    "DTSTART:20260101T080000\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
    "DTSTART:20260101T080000\nRRULE:FREQ=MONTHLY;BYDAY=-1FR",
    "DTSTART:20260101T080000\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1",
    "DTSTART:20260101T080000\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "DTSTART:20260101T000000\nRRULE:FREQ=HOURLY;INTERVAL=5",
    "DTSTART:20260301T000000\nRRULE:FREQ=MINUTELY;INTERVAL=7",
    "DTSTART:20260101T080000\nRRULE:FREQ=YEARLY;BYMONTH=3,11;BYMONTHDAY=8",
    "DTSTART:20260101T080000\nRRULE:FREQ=DAILY;COUNT=80",
    "DTSTART:20260101T080000\nRRULE:FREQ=DAILY;UNTIL=20261101T080000",
    "DTSTART:20260101T080000\nRRULE:FREQ=DAILY\nEXDATE:20260309T080000,20261026T080000",
    "DTSTART:20260301T080000\nRRULE:FREQ=DAILY;INTERVAL=3\nRDATE:20260308T120000",
    "DTSTART:20260101T080000\nRRULE:FREQ=WEEKLY;BYDAY=SA,SU;BYHOUR=1,2,3;BYMINUTE=30",
    "DTSTART:20260101T080000\nRRULE:FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=SU,MO",
    "DTSTART:20260101T080000\nRRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
]


def instant_of(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def localized(naive, zone):
    """The first of two; a time that is skipped moves forward by the gap."""
    return naive.replace(tzinfo=zone).astimezone(timezone.utc).astimezone(zone)


def rising(times, start):
    last = None
    for time in times:
        moment = time.astimezone(timezone.utc)
        if moment < start or (last is not None and moment <= last):
            continue
        last = moment
        yield time


def cron_times(cron, zone, day_or, start):
    naive = start.astimezone(zone).replace(tzinfo=None)
    if naive.microsecond:
        naive = naive.replace(microsecond=0) + timedelta(seconds=1)
    steps = croniter(cron, naive - timedelta(seconds=1), day_or=day_or)
    while True:
        yield localized(steps.get_next(datetime), zone)


def interval_times(interval, anchor, zone, start):
    at = Instant.parse_iso(anchor).to_tz(zone.key)
    elapsed = (start - instant_of(anchor)).total_seconds()
    at = at.add(seconds=math.ceil(elapsed / interval) * interval)
    days, seconds = divmod(interval, 86400)
    while True:
        yield at.to_stdlib()
        at = at.add(days=int(days)).add(seconds=seconds) if days else at.add(seconds=seconds)


def rrule_times(rule, zone, start):
    naive = start.astimezone(zone).replace(tzinfo=None)
    for time in rrulestr(rule).xafter(naive, inc=True):
        yield localized(time, zone)


def table(cases, times):
    rows = []
    for schedule, start in cases:
        moment = instant_of(start)
        found = [str(each) for each in islice(rising(times(schedule, moment), moment), COUNT)]
        rows.append({"schedule": schedule, "from": start, "occurrences": found})
    return rows


def save(name, rows):
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n")


def spread(schedules, starts_each):
    """Every schedule, each at some of the moments, so that the tables stay readable."""
    return [(each, STARTS[(at * 3 + nth) % len(STARTS)]) for at, each in enumerate(schedules) for nth in range(starts_each)]


crons = [{"cron": cron, "timezone": zone, "day_or": True} for cron in CRONS for zone in ZONES[:4]]
crons += [{"cron": cron, "timezone": "Europe/Berlin", "day_or": False} for cron in AND_CRONS]
save("cron", table(spread(crons, 2), lambda s, start: cron_times(s["cron"], ZoneInfo(s["timezone"]), s["day_or"], start)))

intervals = [{"interval": i, "anchor_date": a, "timezone": z} for i in INTERVALS for a in ANCHORS for z in ZONES]
save("interval", table(spread(intervals, 1), lambda s, start: interval_times(s["interval"], s["anchor_date"], ZoneInfo(s["timezone"]), start)))

rules = [{"rrule": rule, "timezone": zone} for rule in RRULES for zone in ZONES]
save("rrule", table(spread(rules, 1), lambda s, start: rrule_times(s["rrule"], ZoneInfo(s["timezone"]), start)))
