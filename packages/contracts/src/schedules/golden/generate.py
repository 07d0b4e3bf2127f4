"""Writes the tables that golden.test.ts compares with: what the schedules of a Prefect server answer, instant by instant.

Run by hand when the set of cases changes, with Python 3.13 (older ones go by another calendar library):

    python3.13 -m venv venv && venv/bin/pip install --no-deps --require-hashes -r test/python/prefect-3.9.lock
    venv/bin/python generate.py
"""

import asyncio
import json
from datetime import datetime
from pathlib import Path

from prefect.server.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule

COUNT = 6
HERE = Path(__file__).parent

# Twelve zones whose clocks change, by an hour, by half an hour and by two, north and south; and two that never do.
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/London",
    "America/St_Johns",
    "America/Santiago",
    "Pacific/Chatham",
    "Antarctica/Troll",
    "Pacific/Auckland",
    "Africa/Cairo",
    "America/Havana",
    "UTC",
    "Asia/Tokyo",
]
# Hours before their changes of 2026 and 2027, and a leap day.
STARTS = [
    "2026-03-07T12:00:00Z",
    "2026-03-28T21:30:00Z",
    "2026-04-03T22:00:00.500000Z",
    "2026-04-04T10:00:00Z",
    "2026-04-23T20:15:00Z",
    "2026-09-05T21:00:00Z",
    "2026-09-26T11:59:59.999999Z",
    "2026-10-03T11:00:00Z",
    "2026-10-24T22:00:00Z",
    "2026-10-29T19:00:00Z",
    "2026-10-31T20:59:59.999999Z",
    "2026-11-21T00:08:03Z",
    "2027-03-13T23:00:00Z",
    "2028-02-27T23:59:00Z",
]
# Not in the table: `*/10` as the day of the month, of which the library forgets 1 March 2028 when it starts on 29 February.
CRONS = [
    "* * * * *",
    "*/15 * * * *",
    "0 * * * *",
    "30 2 * * *",
    "30 0 * * *",
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
    "0 0 */9 * 1",
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
# The last one is skipped by the clocks of Berlin on its second day, and stays where it was put.
ANCHORS = ["2026-01-15T08:30:00.123456Z", "2026-07-01T00:00:00Z", "2027-01-01T10:00:00Z", "2019-03-30T01:30:00Z"]
INTERVALS = [1, 90, 900, 3600, 21600, 86400, 90000, 172800, 604800, 129600, 0.25]
RRULES = [
    "DTSTART:20260101T080000\nRRULE:FREQ=DAILY",
    "DTSTART:20260101T023000\nRRULE:FREQ=DAILY;INTERVAL=1",
    "DTSTART:20260101T003000\nRRULE:FREQ=DAILY",
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
    "DTSTART:20260101T080000\nRRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY;BYDAY=SA,SU",
    "DTSTART:20260101T080000\nRRULE:FREQ=WEEKLY;BYDAY=MO\nRRULE:FREQ=MONTHLY;BYMONTHDAY=1",
]


async def dates(schedule, start):
    kind = CronSchedule if "cron" in schedule else IntervalSchedule if "interval" in schedule else RRuleSchedule
    found = await kind(**schedule).get_dates(n=COUNT, start=datetime.fromisoformat(start.replace("Z", "+00:00")))
    # In the order of time: the library sorts by the wall clock, which a zone that is put back shows twice.
    return [each.isoformat(sep=" ") for each in sorted(found, key=lambda each: each.timestamp())]


async def save(name, cases):
    rows = [{"schedule": s, "from": start, "occurrences": await dates(s, start)} for s, start in cases]
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n")


def spread(schedules, starts_each):
    """Every schedule, each at some of the moments, and each zone at all of them, so that the tables stay readable."""
    return [
        (each, STARTS[(at + at // len(ZONES) + nth * 5) % len(STARTS)])
        for at, each in enumerate(schedules)
        for nth in range(starts_each)
    ]


async def main():
    crons = [{"cron": cron, "timezone": zone, "day_or": True} for cron in CRONS for zone in ZONES[:12]]
    crons += [{"cron": cron, "timezone": "UTC", "day_or": True} for cron in CRONS]
    crons += [{"cron": cron, "timezone": "Europe/Berlin", "day_or": False} for cron in AND_CRONS]
    await save("cron", spread(crons, 1))
    intervals = [{"interval": i, "anchor_date": a, "timezone": z} for i in INTERVALS for a in ANCHORS for z in ZONES]
    await save("interval", spread(intervals, 2))
    await save("rrule", spread([{"rrule": rule, "timezone": zone} for rule in RRULES for zone in ZONES], 2))


asyncio.run(main())
