"""The additive tables of decisions in SQL, on intervals: ``python -m bench.kernel.duckdb_sql DECISIONS FOLDER``.

The best form that we found: months are laid out only where decisions overlap, what is alike is added up before it is
laid out over the months or the paid months, and one grouping set gives all breakdowns.
"""

# ruff: noqa: S608, E501 - SQL of constants; its lines are its own
from __future__ import annotations

import sys

import duckdb

from bench.kernel.duckdb_spells import SPELL, STRATA, decisions, group, label, place, segments, sets, spells
from bench.kernel.window import FIRST, LAST, SETTLED
from demad.tables.terms import GAPS, REASONS

ONLY_TOTAL = "(g = 0 OR variant IN ('main', 'wide'))"
PERIOD = """CASE WHEN g = 0 THEN (m // 12) || 'Q' || (m % 12 // 3 + 1) ELSE (m // 12)::VARCHAR END"""


def spell_risk() -> str:
    """At risk after k paid months, exits by reason and censored."""
    exits = ", ".join(f"count(*) FILTER (exited AND reason = '{name}') AS d_{name}" for name in REASONS)
    summed = ", ".join(f"sum(d_{name})::BIGINT AS d_{name}" for name in REASONS)
    none = ", ".join(f"0 AS d_{name}" for name in REASONS)
    names = ", ".join(f"d_{name}" for name in REASONS)
    return f"""
    WITH one AS (SELECT variant, start, last, cell, count(*) AS n, {exits}, count(*) FILTER (NOT exited) AS c
            FROM spell WHERE NOT left_censored AND last > 0 GROUP BY variant, start, last, cell),
        g AS (SELECT variant, {group()}, start, last, sum(n)::INT AS n, {summed}, sum(c) AS c FROM one JOIN dim USING (cell)
            GROUP BY {sets("start", "last")}),
        kept AS MATERIALIZED (SELECT * FROM g WHERE {ONLY_TOTAL}),
        grid AS (SELECT variant, g, start, unnest(range(1, longest + 1)) AS last, 0 AS n FROM
            (SELECT variant, g, start, max(last) AS longest FROM kept GROUP BY ALL)),
        risk AS (SELECT variant, g, start, last AS k, sum(sum(n)) OVER
                (PARTITION BY variant, g, start ORDER BY last DESC) AS n FROM
            (SELECT variant, g, start, last, n FROM kept UNION ALL SELECT * FROM grid) GROUP BY variant, g, start, last),
        counted AS (SELECT variant, g, start + last - 1 AS m, last AS k, 0 AS n, {names}, c FROM kept
            UNION ALL SELECT variant, g, start + k - 1, k, n, {none}, 0 FROM risk),
        t AS (SELECT variant, g, CASE WHEN g = 0 THEN m // 3 ELSE m // 12 * 4 END AS q,
            CASE WHEN k <= 60 THEN k WHEN k <= 120 THEN 61 ELSE 121 END AS k, sum(n)::BIGINT AS n, {summed},
            sum(c)::BIGINT AS c FROM counted GROUP BY ALL)
    SELECT variant, breakdown, "group", {PERIOD.replace("m ", "(q * 3) ")} AS period, t.* EXCLUDE (variant, g, q)
    FROM t JOIN label USING (g)
    """


def flow() -> str:
    """Running, beginning and ending spells per month."""
    endings = (*REASONS, "admin", "law_change")
    columns = ("out_" + name for name in REASONS)
    named = dict(zip(endings, (*columns, "end_admin", "end_law"), strict=True))
    begun = {f"in_{kind}": f"inflow = '{kind}'" for kind in ("new", "return", "unknown")}
    begun |= {"in_from_other_law": "inflow IS NOT NULL AND from_other_law"}
    begun |= {"in_unemployment": "inflow IS NOT NULL AND origin = 'unemployment_ended'"}
    begun |= {"in_origin_known": "inflow IS NOT NULL AND origin IS NOT NULL"}
    at_start = ", ".join(f"count(*) FILTER (start >= {FIRST} AND {rule}) AS {name}" for name, rule in begun.items())
    at_end = ", ".join(f"count(*) FILTER (reason = '{name}') AS {column}" for name, column in named.items())
    zero_end = ", ".join(f"0 AS {column}" for column in named.values())
    zero_start = ", ".join(f"0 AS {column}" for column in begun)
    names = ["bridged", "left_censored", *begun, *named.values()]
    summed = ", ".join(f"sum({name})::BIGINT AS {name}" for name in names)
    last = " ".join(f"WHEN '{variant}' THEN {SETTLED - gap - 1}" for variant, gap in GAPS.items())
    return f"""
    WITH e AS (
        SELECT variant, greatest(start, {FIRST}) AS m, cell, count(*) AS moved, 0 AS bridged,
            count(*) FILTER (left_censored) AS left_censored, {at_start}, {zero_end} FROM spell GROUP BY ALL
        UNION ALL SELECT variant, greatest(stop, {FIRST - 1}) AS m, cell, 0, 0, 0, {zero_start},
            {at_end} FROM spell GROUP BY ALL
        UNION ALL SELECT variant, greatest(stop + 1, {FIRST}) AS m, cell, -count(*), 0, 0, {zero_start}, {zero_end}
            FROM spell GROUP BY ALL
        UNION ALL SELECT variant, m, cell, 0, count(*), 0, {zero_start}, {zero_end} FROM
            (SELECT variant, unnest(range(first, last + 1)) AS m, cell FROM hole) GROUP BY ALL),
    g AS (SELECT variant, {group()}, m, sum(moved) AS moved, {summed} FROM e JOIN dim USING (cell) GROUP BY {sets("m")}),
    grid AS (SELECT variant, g, unnest(range({FIRST}, {LAST} + 1)) AS m FROM
        (SELECT DISTINCT variant, g FROM g WHERE {ONLY_TOTAL})),
    run AS (SELECT grid.variant, breakdown, "group", grid.m AS "month",
            (sum(coalesce(moved, 0)) OVER (PARTITION BY grid.variant, grid.g ORDER BY grid.m))::BIGINT AS active,
            {", ".join(f"coalesce({name}, 0) AS {name}" for name in names)}
        FROM grid JOIN label ON label.g = grid.g
            LEFT JOIN g ON g.variant = grid.variant AND g.g = grid.g AND g.m = grid.m)
    SELECT * FROM run WHERE "month" <= CASE variant {last} END AND (active > 0 OR {" OR ".join(f"{n} > 0" for n in names)})
    """


def by_age(series: str) -> str:
    """Stretches of a series, cut where the person comes in another age band."""
    return f"""
    SELECT '{series}'::series AS variant, greatest(start, (birth_year + [-9999, 17, 24, 34, 44, 54, 64][b + 1] + 1) * 12) AS start,
        least(stop, (birth_year + [17, 24, 34, 44, 54, 64, 9999][b + 1]) * 12 + 11) AS stop, begun, next_start,
        (b * 144 + cell)::SMALLINT AS cell, with_gpmi
    FROM (SELECT *, unnest(range(band(start // 12 - birth_year), band(stop // 12 - birth_year) + 1)) AS b
        FROM seg_{series})
    """


def stock() -> str:
    """Persons covered per month, from where stretches begin, pass a bound and are over."""
    kinds = ("stock", "gpmi", "elapsed_over_12", "elapsed_over_24", "elapsed_over_60", "start_unknown")
    known = f"begun > {FIRST + 1}"

    def begins(name: str, at: str, rule: str) -> str:
        own = ", ".join("count(*)" if name == kind else "0" for kind in kinds)
        gone = ", ".join("-count(*)" if name == kind else "0" for kind in kinds)
        return f"""SELECT variant, greatest({at}, {FIRST}) AS m, cell, {own} FROM part WHERE {rule} GROUP BY ALL
            UNION ALL SELECT variant, greatest(stop + 1, {FIRST}) AS m, cell, {gone} FROM part WHERE {rule}
            GROUP BY ALL"""

    events = [begins("stock", "start", "true"), begins("gpmi", "start", "with_gpmi")]
    events += [
        begins(f"elapsed_over_{long}", f"greatest(start, begun + {long})", f"{known} AND begun + {long} <= stop")
        for long in (12, 24, 60)
    ]
    events.append(begins("start_unknown", "start", f"NOT ({known})"))
    summed = ", ".join(f"sum({name}) AS {name}" for name in kinds)
    running = ", ".join(f"(sum({name}) OVER w)::BIGINT AS {name}" for name in kinds)
    return f"""
    WITH e(variant, m, cell, {", ".join(kinds)}) AS ({" UNION ALL ".join(events)}),
        g AS (SELECT variant, {group()}, m, {summed} FROM e JOIN dim USING (cell) GROUP BY {sets("m")}),
        grid AS (SELECT variant, g, unnest(range({FIRST}, {LAST} + 1)) AS m,
            {", ".join(f"0 AS {name}" for name in kinds)} FROM (SELECT DISTINCT variant, g FROM g)),
        whole AS (SELECT variant, g, m, {summed} FROM (SELECT * FROM g UNION ALL SELECT * FROM grid) GROUP BY ALL)
    SELECT variant, breakdown, "group", m AS "month", {running} FROM whole JOIN label USING (g)
    WINDOW w AS (PARTITION BY variant, g ORDER BY m) QUALIFY m <= {LAST} AND sum(stock) OVER w > 0
    """


def year_persons() -> str:
    """Persons of a year, in the group of their last covered month of it."""
    first, after = -(-FIRST // 12), (LAST + 1) // 12
    return f"""
    WITH y AS (SELECT variant, cell, unnest(range(greatest(start // 12, {first}),
            least(stop // 12, coalesce(next_start // 12 - 1, 9999), {after - 1}) + 1)) AS "year" FROM part),
        one AS (SELECT variant, cell, "year", count(*) AS n FROM y GROUP BY ALL),
        t AS (SELECT variant, {group()}, "year", sum(n)::BIGINT AS persons FROM one JOIN dim USING (cell)
            GROUP BY {sets('"year"')})
    SELECT variant, breakdown, "group", "year", persons FROM t JOIN label USING (g)
    """


def return_risk() -> str:
    """Exits at risk of return per month since."""
    names = (*STRATA, "reason", "prior_duration")
    months = "stop - start + 1"
    duration = (
        f"CASE WHEN left_censored THEN 4 ELSE ({months} > 6)::INT + ({months} > 12)::INT + ({months} > 24)::INT END"
    )
    kinds = {"": "true", "_activation": "activation", "_work": "work"}
    at_first, risk = [], []
    for suffix, rule in kinds.items():
        at_first.append(f"sum(n) FILTER (k = 1 AND {rule}) AS exits{suffix}")
        risk.append(f"sum(n) FILTER (m >= k AND {rule}) AS n{suffix}")
        risk.append(f"sum(n) FILTER (m = k AND returned AND {rule}) AS d{suffix or '_return'}")
    counts = [*at_first, *risk, "sum(n) FILTER (m = k AND NOT returned) AS c"]
    counts.append("sum(n) FILTER (k = 1 AND m = 0) AS without_follow_up")
    columns = [count.rsplit(" AS ", 1)[1] for count in counts]
    filled = ", ".join(f"coalesce({name}, 0)::BIGINT AS {name}" for name in columns)
    return f"""
    WITH x AS (SELECT variant, cell, {label("reason", place("reason"))} AS reason, stop AS month,
            {label("prior_duration", duration)} AS prior_duration, reason = 'work' AS work,
            reason IN ('work', 'temporary_activation', 'training') AS activation,
            coalesce(next_start <= {SETTLED}, false) AS returned,
            CASE WHEN next_start <= {SETTLED} THEN next_start - stop ELSE {SETTLED} - stop END AS followed
        FROM spell WHERE exited AND reason NOT IN ('moved', 'death') AND stop >= {FIRST}),
        one AS (SELECT variant, cell, reason, prior_duration, month // 3 AS q, returned, least(followed, 37) AS m,
            work, activation, count(*) AS n FROM x GROUP BY ALL),
        g AS (SELECT variant, {group(names)}, q, returned, m AS followed, work, activation, sum(n) AS n
            FROM one JOIN dim USING (cell) GROUP BY {sets("q", "returned", "m", "work", "activation", names=names)}),
        p AS (SELECT variant, g, CASE WHEN g = 0 THEN q ELSE q // 4 * 4 END AS q, returned, followed AS m, work,
            activation, sum(n)::INT AS n FROM g WHERE {ONLY_TOTAL} GROUP BY ALL),
        laid AS (SELECT *, unnest(range(1, greatest(least(m, 36), 1) + 1)) AS k FROM p),
        t AS (SELECT variant, g, q, k AS m_, {", ".join(counts)} FROM laid GROUP BY variant, g, q, k)
    SELECT variant, breakdown, "group", {PERIOD.replace("m ", "(q * 3) ")} AS period, m_ AS m, {filled}
    FROM t JOIN label USING (g)
    """


TABLES = {
    "stock": stock,
    "flow": flow,
    "spell_risk": spell_risk,
    "return_risk": return_risk,
    "year_persons": year_persons,
}


def main(given: str, folder: str) -> None:
    """Count and write every table."""
    run = duckdb.connect(config={"threads": "1", "memory_limit": "12GB", "preserve_insertion_order": "false"})
    run.execute(decisions(given))
    for series in ("main", "wide"):
        run.execute(segments(series))
    run.execute(SPELL)
    for variant, gap in GAPS.items():
        run.execute(spells(variant, gap))
    run.execute(f"CREATE TEMP TABLE part AS {by_age('main')} UNION ALL {by_age('wide')}")
    for name, query in TABLES.items():
        run.execute(f"COPY ({query()}) TO '{folder}/{name}.parquet'")


if __name__ == "__main__":
    main(*sys.argv[1:])
