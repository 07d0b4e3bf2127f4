"""Writes cron-fuzz.json: what the schedules of a Prefect server make of expressions that chance has put together.

Run by hand with the same Python as generate.py. Others, which are not kept, are compared like this:

    venv/bin/python fuzz_cron.py --seed 7 --count 12000 --out others.json
    CRON_FUZZ=$PWD/others.json npx vitest run src/schedules/golden/fuzz.test.ts
"""

import argparse
import asyncio
import json
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from prefect._vendor.croniter.croniter import CroniterBadDateError
from prefect.server.schemas.schedules import CronSchedule

TIMES = 4
# What comes more seldom is compared as far as it comes by then.
MONTHS_MAX = 60
MONTHS = ["jan", "FEB", "Mar", "apr", "may", "JUN", "jul", "aug", "Sep", "oct", "nov", "DEC"]
DAYS = ["sun", "MON", "Tue", "wed", "THU", "fri", "SAT"]
# Lowest and highest value, and names; the sixth field is the second.
FIELDS = [(0, 59, []), (0, 23, []), (1, 31, []), (1, 12, MONTHS), (0, 7, DAYS), (0, 59, [])]
ALIASES = ["@hourly", "@daily", "@weekly", "@monthly", "@yearly", "@annually", "@midnight", "@reboot", "@Daily"]
ZONES = ["UTC", "UTC", "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]
STARTS = [
    "2026-03-28T21:30:00Z",
    "2026-10-24T22:00:00.500000Z",
    "2026-11-21T00:08:03Z",
    "2028-02-27T23:59:00Z",
]


def value(draw, field):
    low, high, names = field
    if names and draw.random() < 0.25:
        return draw.choice(names)
    at = draw.randint(low, high)
    return f"0{at}" if draw.random() < 0.03 else str(at)


def piece(draw, at):
    field = FIELDS[at]
    kind = draw.random()
    step = f"/{draw.randint(1, field[1] + 10)}" if draw.random() < 0.3 else ""
    if kind < 0.3:
        return f"*{step}"
    if kind < 0.6:
        return f"{value(draw, field)}{step if draw.random() < 0.4 else ''}"
    if kind < 0.9:
        return f"{value(draw, field)}-{value(draw, field)}{step}"
    if at == 2 and kind < 0.95:
        return draw.choice(["L", "l", "?"])
    if at == 4:
        return draw.choice(["L5", "l0", "L7", "5#3", "1#1", "sun#2", "0#5", "5#6", "7#1", "MON#L", "?", "5L"])
    return value(draw, field)


def odd(draw, text):
    """Something is wrong with it, or nearly."""
    at = draw.randrange(len(text) + 1)
    return text[:at] + draw.choice(["60", "99", "-", "/", ",", " ", "*", "x", "#", "0", "-1", "/0", ".5", "L", "W", "?", "+1"]) + text[at:]


def expression(draw):
    if draw.random() < 0.02:
        return draw.choice(ALIASES)
    fields = []
    for at in range(6 if draw.random() < 0.15 else 5):
        if draw.random() < 0.25:
            fields.append("*")
        else:
            fields.append(",".join(piece(draw, at) for _ in range(draw.choice([1, 1, 1, 2, 3]))))
    text = " ".join(fields)
    return odd(draw, text) if draw.random() < 0.15 else text


async def answer(cron, timezone, day_or, start):
    """The first times; None where the library errs, as with the last day beside others."""
    if re.search(r"^\S+ +\S+ +(\S*,l|l,)", cron.lower()):
        return None
    try:
        schedule = CronSchedule(cron=cron, timezone=timezone, day_or=day_or)
    except ValueError:
        return "refused"
    try:
        return [each.isoformat(sep=" ") for each in await first_times(schedule, datetime.fromisoformat(start))]
    except CroniterBadDateError:
        # It gives up as well when of named days and named weekdays only the ones never come.
        named = [part for part in (cron.split()[2], cron.split()[4]) if "*" not in part.split(",")]
        return None if len(named) == 2 or re.search(r"#|l[0-7]", cron.lower()) else []


async def first_times(schedule, start):
    """Month by month: the library forgets the first days of March when it comes to them from February."""
    zone = ZoneInfo(schedule.timezone)
    found = []
    for _ in range(MONTHS_MAX):
        local = start.astimezone(zone)
        after = (local.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        end = after.astimezone(UTC) - timedelta(seconds=1)
        found += await schedule.get_dates(n=TIMES, start=start, end=end)
        if len(found) >= TIMES:
            break
        start = after.astimezone(UTC)
    found = found or await schedule.get_dates(n=1, start=start)
    # In the order of time: the library sorts by the wall clock, which a zone that is put back shows twice.
    return sorted(found, key=lambda each: each.timestamp())[:TIMES]


async def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("--seed", type=int, default=20261130)
    asked.add_argument("--count", type=int, default=1500)
    asked.add_argument("--out", type=Path, default=Path(__file__).parent / "cron-fuzz.json")
    args = asked.parse_args()
    draw = random.Random(args.seed)
    rows = []
    for _ in range(args.count):
        case = [expression(draw), draw.choice(ZONES), draw.random() < 0.85, draw.choice(STARTS)]
        times = await answer(*case)
        if times is not None:
            rows.append(json.dumps([*case, times], separators=(",", ":")))
    args.out.write_text("[\n" + ",\n".join(rows) + "\n]\n")


asyncio.run(main())
