"""Decisions, stretches and spells in SQL, on intervals: what the tables of `duckdb_sql` are made from."""

# ruff: noqa: S608, E501 - SQL of constants; its lines are its own
from __future__ import annotations

from bench.kernel.window import AS_OF, FIRST, SETTLED
from demad.tables.terms import GAPS, REASONS

STRATA = ("age", "household", "nationality", "sex", "student")
GROUPS = {
    "total": ("total",),
    "age": ("<18", "18-24", "25-34", "35-44", "45-54", "55-64", "65+"),
    "household": ("1", "2", "3"),
    "nationality": ("BE", "EU", "NEU", "unknown"),
    "sex": ("M", "V", "X", "unknown"),
    "student": ("yes", "no", "unknown"),
    "reason": REASONS,
    "prior_duration": ("0-6", "7-12", "13-24", "25+", "unknown"),
}
LABELS = [(f"{breakdown}", name) for breakdown, names in GROUPS.items() for name in names]


def label(breakdown: str, place: str) -> str:
    """Number of a group in LABELS, from its place in its breakdown."""
    return f"({LABELS.index((breakdown, GROUPS[breakdown][0]))} + {place})::UTINYINT"


def place(name: str) -> str:
    """Place of the group in its breakdown, from its name in a column."""
    cases = " ".join(f"WHEN '{group}' THEN {number}" for number, group in enumerate(GROUPS[name]))
    return f"(CASE {name}::VARCHAR {cases} END)"


def group(names: tuple[str, ...] = STRATA) -> str:
    """Label of a row of grouping sets."""
    return f"CASE {' '.join(f'WHEN grouping({name}) = 0 THEN {name}' for name in names)} ELSE 0 END AS g"


def sets(*more: str, names: tuple[str, ...] = STRATA) -> str:
    """Grouping sets of the total and of each breakdown, with other keys."""
    other = "".join(f", {name}" for name in more)
    return f"GROUPING SETS ((variant{other}), {', '.join(f'(variant, {name}{other})' for name in names)})"


def decisions(path: str) -> str:
    """One row per decision, with months as numbers, its strata as one, and its rank among those of the person."""
    labels = ", ".join(f"({number}, '{breakdown}', '{name}')" for number, (breakdown, name) in enumerate(LABELS))
    cell = f"(({place('household')} * 4 + {place('nationality')}) * 4 + {place('sex')}) * 3 + {place('student')}"
    return f"""
    CREATE MACRO mon(x) AS (year(x) * 12 + month(x) - 1)::INTEGER;
    CREATE MACRO band(x) AS (x > 17)::INT + (x > 24)::INT + (x > 34)::INT + (x > 44)::INT + (x > 54)::INT + (x > 64)::INT;
    CREATE TYPE series AS ENUM ('main', 'wide', 'gap0', 'gap3');
    CREATE TEMP TABLE label AS SELECT * FROM (VALUES {labels}) AS t(g, breakdown, "group");
    CREATE TEMP TABLE dim AS SELECT c::SMALLINT AS cell, {label("age", "c // 144")} AS age,
        {label("household", "c // 48 % 3")} AS household, {label("nationality", "c // 12 % 4")} AS nationality,
        {label("sex", "c // 3 % 4")} AS sex, {label("student", "c % 3")} AS student FROM range(1008) AS t(c);
    CREATE TEMP TABLE d AS SELECT hash(person) AS pid, law = 'RMI' AS rmi, "begin", "end",
        mon("begin") AS first, mon(coalesce("end", DATE '{AS_OF}')) AS last, day("begin") <= 15 AS s15,
        day(coalesce("end", DATE '{AS_OF}')) >= 15 AS e15, birth_year, ({cell})::SMALLINT AS cell,
        gpmi IN ('general', 'study', 'study_work') AS with_gpmi, ending, mon(first_begin) AS first_begin_month, origin,
        row_number() OVER (PARTITION BY person ORDER BY "begin", coalesce("end", DATE '9999-12-31'), law = 'RMI') AS rank
    FROM read_parquet('{path}/*.parquet');
    """


def segments(series: str) -> str:
    """Stretches of months with the decision that counts; the runs and the reasons of a series."""
    chosen = "WHERE rmi" if series == "main" else ""
    ended = 'WHERE "end" IS NOT NULL' + (" AND rmi" if series == "main" else "")
    gap = GAPS[series]
    return f"""
    CREATE TEMP TABLE seg_{series} AS
    WITH w AS (SELECT pid, first, last, s15, e15, rank,
            max(last) OVER (PARTITION BY pid ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before,
            lead(first) OVER (PARTITION BY pid ORDER BY rank) AS next FROM d {chosen}),
        a AS (SELECT *, greatest(first, before + 1) AS lone, least(last, next - 1) AS until FROM w),
        shared AS (SELECT pid, rank, first, last, s15, e15, unnest(range(first, least(last, lone - 1) + 1)) AS m FROM a
            WHERE lone > first
            UNION ALL SELECT pid, rank, first, last, s15, e15, unnest(range(greatest(lone, until + 1), last + 1)) FROM a
            WHERE greatest(lone, until + 1) <= last),
        best AS (SELECT pid, m, max(((s15 OR m > first) AND (e15 OR m < last))::BIGINT * 1000000 + rank) % 1000000
            AS rank FROM shared GROUP BY pid, m),
        s AS (SELECT pid, rank, lone AS start, until AS stop FROM a WHERE lone <= until
            UNION ALL SELECT pid, rank, m, m FROM best),
        f AS (SELECT *, lag(stop) OVER (PARTITION BY pid ORDER BY start) AS prior,
            lead(start) OVER (PARTITION BY pid ORDER BY start) AS next_start FROM s)
    SELECT f.pid, start, stop, prior, next_start, birth_year, cell, with_gpmi,
        first_begin_month, origin,
        max(CASE WHEN prior IS NULL OR start - prior > {gap + 1} THEN start END)
            OVER (PARTITION BY f.pid ORDER BY start) AS begun
    FROM f JOIN d ON d.pid = f.pid AND d.rank = f.rank;
    CREATE TEMP TABLE run_{series} AS
    WITH r AS (SELECT pid, start, stop, sum((prior IS NULL OR start > prior + 1)::INT)
        OVER (PARTITION BY pid ORDER BY start) AS run FROM seg_{series})
    SELECT pid, min(start) AS start, max(stop) AS stop FROM r GROUP BY pid, run;
    CREATE TEMP TABLE ends_{series} AS SELECT pid, last AS stop,
        arg_max(ending::VARCHAR, ("end" - DATE '1900-01-01') * 1000000 + ("begin" - DATE '1900-01-01') * 2 + rmi::INT)
            AS ending FROM d {ended} GROUP BY pid, last;
    """


def spells(variant: str, gap: int) -> str:
    """Spells of a variant, with how each began and ended; the months that they bridge."""
    series, final = ("wide" if variant == "wide" else "main"), SETTLED - gap - 1
    law = "false" if variant == "wide" else "b.pid IS NULL"
    law_after = "false" if variant == "wide" else "a.pid IS NULL"
    return f"""
    CREATE TEMP TABLE island AS
    WITH r AS (SELECT *, lag(stop) OVER (PARTITION BY pid ORDER BY start) AS prior FROM run_{series})
    SELECT *, max(CASE WHEN prior IS NULL OR start - prior > {gap + 1} THEN start END)
        OVER (PARTITION BY pid ORDER BY start) AS begun FROM r;
    INSERT INTO spell
    WITH s AS (SELECT pid, begun AS start, max(stop) AS stop FROM island GROUP BY pid, begun),
        w AS (SELECT *, lead(start) OVER p AS next_start, lag(stop) OVER p AS previous_end FROM s
            WINDOW p AS (PARTITION BY pid ORDER BY start)),
        j AS (SELECT w.*, coalesce(e.ending, 'unknown') AS ending, {law} AS law_before, {law_after} AS law_after,
            w.stop <= {final} AS certain, w.start <= {FIRST + gap} AS unknown_start, g.origin, g.first_begin_month,
            (band(w.start // 12 - birth_year) * 144 + cell)::SMALLINT AS cell
        FROM w LEFT JOIN ends_{series} e ON e.pid = w.pid AND e.stop = w.stop
            LEFT JOIN run_wide b ON b.pid = w.pid AND b.start = w.start
            LEFT JOIN run_wide a ON a.pid = w.pid AND a.stop = w.stop
            JOIN seg_{series} g ON g.pid = w.pid AND g.start = w.start)
    SELECT '{variant}', pid, start, stop, unknown_start, (least(stop, {final}) - start + 1)::INTEGER,
        certain AND NOT law_after AND ending <> 'admin',
        CASE WHEN NOT certain THEN NULL WHEN law_after THEN 'law_change' ELSE ending END, next_start,
        CASE WHEN unknown_start THEN NULL WHEN first_begin_month = start THEN 'new'
            WHEN start - previous_end <= 24 THEN 'return' WHEN start - 24 >= {FIRST} THEN 'new' ELSE 'unknown' END,
        law_before, origin::VARCHAR, cell FROM j;
    INSERT INTO hole
    SELECT '{variant}', i.prior + 1, i.start - 1, cell FROM island i JOIN spell s
        ON s.variant = '{variant}' AND s.pid = i.pid AND s.start = i.begun
    WHERE i.begun < i.start AND i.start - i.prior > 1;
    DROP TABLE island;
    """


SPELL = """
CREATE TEMP TABLE spell (variant series, pid UBIGINT, start INTEGER, stop INTEGER, left_censored BOOLEAN, last INTEGER,
    exited BOOLEAN, reason VARCHAR, next_start INTEGER, inflow VARCHAR, from_other_law BOOLEAN, origin VARCHAR,
    cell SMALLINT);
CREATE TEMP TABLE hole (variant series, first INTEGER, last INTEGER, cell SMALLINT);
"""
