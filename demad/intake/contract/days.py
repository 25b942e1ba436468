"""Parse delivered cells into dates, with the notation of each, or the cause why it is not a date. Cell by cell.

A datetime becomes its date in Brussels. A cell that cannot be parsed is never treated as empty: it has a cause.
"""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from demad.intake.contract.values import as_text
from demad.reference.spoken_names import spoken_names

ZONE = "Europe/Brussels"
_TIMED = {"iso": "iso_time", "slash": "slash_time", "dash": "dash_time", "dot": "dot_time"}
_BARE = ("date", "moment", "zoned", "iso", "iso_slash", "slash", "dash", "dot", "short", "compact", "serial", "words")
FORMS = pl.Enum([*_BARE, *_TIMED.values()])
CAUSES = {
    "excel_error": "een fout van Excel",
    "short_year": "een jaar met twee cijfers",
    "month_first": "de maand vóór de dag",
    "no_such_day": "een dag die niet bestaat",
    "no_date": "geen datum",
}
_CAUSES = pl.Enum([*CAUSES])
_SLICE = 500_000  # cells that are split into their parts at once
_EXCEL_EPOCH_DAYS = 25_569  # days from Excel's day 0 to 1 January 1970
_SERIALS = (10_000, 80_000)  # 1927 to 2119
_EVENINGS = (22 * 3_600, 23 * 3_600)  # seconds: midnight in Brussels in UTC, summer and winter
_NEARLY = 60  # seconds that rounding by a program may be off
_DAY = 86_400
_FARTHEST = 14 * 60  # minutes from UTC
_UTC_NAMES = r"^(?:Etc/)?(?:UTC|GMT|Z|Zulu)$"
_LOCAL_NAMES = r"^(?:Europe/(?:Brussels|Amsterdam|Paris|Luxembourg|Berlin)|CES?T|MES?Z)$"
_MARKS = r"\s*[-/.\x{2010}-\x{2015}]\s*"
_MOMENT = (
    r"^(?<date>\S.*?)(?:[ T]+(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}(?:[.,]\d+)?))?|T(?<packed>\d{6}))"
    r"\s*(?<half>[AaPp])?(?:\.?[Mm]\.?)?\s*"
    r"(?<zone>Z|z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|UTC|GMT)?(?<local>CES?T|MES?Z|Europe/Brussels)?(?:\s*\[(?<named>[\w/+-]+)\])?$"
)
_WORDS = r"^(\d{1,2})(?:er|e|ste|de)?[-. ]+(\p{L}{3,})\.?[-. ,]+(\d{4})$"


def as_days(cells: pl.Series, *, days_later: int = 0, utc: bool = False) -> pl.DataFrame:
    """Parse a column of dates, cell by cell.

    Parameters
    ----------
    cells
        Text, numbers, dates or datetimes.
    days_later
        Days to add to a number that represents a date.
    utc
        Whether datetimes without a zone are in UTC.

    Returns
    -------
    One row per cell: ``day`` (Date; null if empty or not understood), ``form`` (the notation; null if there is no
    date), ``cause`` (a key of `CAUSES`; null if the cell is a date or empty), ``naive`` (Boolean: a datetime without a
    zone) and ``late`` (Boolean: a naive datetime that is midnight in Brussels if read as UTC).
    """
    if cells.dtype == pl.Date:
        day = cells.alias("day").to_frame()
        nothing = {"cause": pl.lit(None, _CAUSES), "naive": pl.lit(False), "late": pl.lit(False)}
        return day.with_columns(form=pl.when(pl.col("day").is_not_null()).then(pl.lit("date", FORMS)), **nothing)
    slices = cells.alias("cell").to_frame().iter_slices(_SLICE) if cells.len() else [cells.alias("cell").to_frame()]
    return pl.concat(_placed(_parts(some, days_later), utc=utc) for some in slices)


def as_month(cells: pl.Series, *, days_later: int = 0) -> pl.Series:
    """Text ``2025-09`` from 2025-09, 09/2025, 202509 or any date; null if empty or not understood."""
    days = as_days(cells, days_later=days_later)["day"]
    if cells.dtype == pl.Date or isinstance(cells.dtype, pl.Datetime):
        return days.dt.strftime("%Y-%m")
    text = as_text("cell", cells.dtype)
    first = text.str.replace(r"^((?:19|20)\d{2})[-/.]?(\d{1,2})$", "$1-$2-1").str.replace(
        r"^(\d{1,2})[-/.]((?:19|20)\d{2})$", "$2-$1-1"
    )
    rows = pl.DataFrame({"cell": cells, "day": days})
    month = pl.coalesce(first.str.to_date("%Y-%m-%d", strict=False), "day").dt.strftime("%Y-%m")
    return rows.select(month=month)["month"]


def _parts(cells: pl.DataFrame, days_later: int) -> pl.DataFrame:
    """The parts of each cell as it is written: ``text``, ``day``, ``seconds``, ``offset`` and ``form``.

    ``seconds`` since midnight, null without a time; ``offset`` in minutes east of UTC, null without a zone.
    """
    dtype = cells.schema["cell"]
    if isinstance(dtype, pl.Datetime):
        return _of_moments(cells, dtype)
    rows = cells.select(text=as_text("cell", dtype)).with_columns(pl.col("text").str.extract_groups(_MOMENT).alias("m"))
    rows = rows.unnest("m").with_columns(bare=pl.coalesce("date", "text"))
    rows = rows.with_columns(dashed=pl.col("bare").str.replace_all(_MARKS, "-"), serial=_serial(days_later))
    fraction = pl.col("bare").str.extract(r"[.,](\d+)$").pipe(lambda digits: pl.concat_str(pl.lit("0."), digits))
    days = {
        "iso": pl.when(pl.col("dashed").str.contains(r"^\d{4}-")).then(_day("dashed", "%Y-%m-%d")),
        "compact": pl.when(pl.col("bare").str.contains(r"^(19|20|21)\d{6}$")).then(_day("bare", "%Y%m%d")),
        "dash": pl.when(pl.col("dashed").str.contains(r"^\d{1,2}-\d{1,2}-\d{4}$")).then(_day("dashed", "%d-%m-%Y")),
        "serial": (pl.col("serial") - _EXCEL_EPOCH_DAYS).cast(pl.Date),
        "words": _in_words(rows),
    }
    rows = rows.with_columns(pl.coalesce(days.values()).alias("day"), _form(days).alias("form"))
    timed = _seconds()
    days_part = (fraction.cast(pl.Float64, strict=False) * 86_400).round().cast(pl.Int64)
    seconds = pl.when(pl.col("serial").is_not_null()).then(days_part).otherwise(timed)
    named = pl.col("named")
    in_utc, local = named.str.contains(_UTC_NAMES), named.str.contains(_LOCAL_NAMES)
    offset = pl.coalesce(_offset(), pl.when(in_utc).then(pl.lit(0, pl.Int64)))
    elsewhere = named.is_not_null() & pl.col("zone").is_null() & ~in_utc & ~local
    timely = pl.col("date").is_null() | timed.is_not_null()
    possible = timely & ~elsewhere.fill_null(value=False) & (offset.abs() <= _FARTHEST).fill_null(value=True)
    return rows.select(
        "text",
        "form",
        local=pl.coalesce("local", pl.when(local & pl.col("zone").is_null()).then("named")),
        day=pl.when(possible).then("day"),
        seconds=seconds,
        offset=offset,
        dashed="dashed",
    )


def _of_moments(cells: pl.DataFrame, dtype: pl.Datetime) -> pl.DataFrame:
    here = pl.col("cell").dt.convert_time_zone(ZONE) if dtype.time_zone else pl.col("cell")
    filled = pl.col("cell").is_not_null()
    seconds = here.dt.hour().cast(pl.Int64) * 3_600 + here.dt.minute().cast(pl.Int64) * 60 + here.dt.second()
    return cells.select(
        text=pl.when(filled).then(pl.lit("")),
        form=pl.when(filled).then(pl.lit("zoned" if dtype.time_zone else "moment", FORMS)),
        local=pl.when(filled & pl.lit(bool(dtype.time_zone))).then(pl.lit("")),
        day=here.dt.date(),
        seconds=seconds,
        offset=pl.lit(None, pl.Int64),
        dashed=pl.lit(None, pl.String),
    )


def _placed(rows: pl.DataFrame, *, utc: bool) -> pl.DataFrame:
    """Convert datetimes to their date in Brussels, with the cause for cells that are not a date."""
    naive = pl.col("seconds").is_not_null() & pl.col("offset").is_null() & pl.col("local").is_null()
    east = pl.when(naive).then(0).otherwise(pl.col("offset"))
    evening = pl.coalesce(
        pl.when((pl.col("seconds") - hour).abs() <= _NEARLY).then(pl.lit(hour, pl.Int64)) for hour in _EVENINGS
    )
    seconds = pl.coalesce(pl.when(naive).then(evening), "seconds")
    moment = pl.col("day").cast(pl.Datetime("us")) + pl.duration(seconds=seconds) - pl.duration(minutes=east)
    here = moment.dt.replace_time_zone("UTC").dt.convert_time_zone(ZONE)
    moved = pl.col("offset").is_not_null() | (naive if utc else pl.lit(False))
    whole_day = pl.when(pl.col("seconds") >= _DAY).then(pl.lit(1)).otherwise(pl.lit(0))
    day = pl.when(moved).then(here.dt.date()).otherwise(pl.col("day") + pl.duration(days=whole_day))
    midnight = (here.dt.hour() == 0) & (here.dt.minute() == 0)
    zoned = pl.col("offset").is_not_null() | pl.col("local").is_not_null()
    form = pl.when(zoned).then(pl.lit("zoned", FORMS))
    for bare, timed in _TIMED.items():
        form = form.when((pl.col("form") == bare) & pl.col("seconds").is_not_null()).then(pl.lit(timed, FORMS))
    form = form.when(pl.col("dashed").str.contains(r"^\d{1,2}-\d-\d{4}$")).then(pl.lit("short", FORMS))
    return rows.select(
        day=day,
        form=pl.when(pl.col("day").is_not_null()).then(form.otherwise("form")),
        cause=pl.when(pl.col("text").is_not_null() & pl.col("day").is_null()).then(_cause()),
        naive=(naive & pl.col("day").is_not_null()).fill_null(value=False),
        late=(naive & evening.is_not_null() & midnight).fill_null(value=False),
    )


def _day(name: str, form: str) -> pl.Expr:
    return pl.col(name).str.to_date(form, strict=False)


def _serial(days_later: int) -> pl.Expr:
    """The serial number that Excel stores for a date; null for other cells."""
    whole = pl.when(pl.col("bare").str.contains(r"^\d{5}([.,]\d+)?$") & pl.col("date").is_null())
    number = whole.then(pl.col("bare").str.slice(0, 5)).cast(pl.Int32, strict=False) + days_later
    return pl.when(number.is_between(*_SERIALS)).then(number)


def _form(days: dict[str, pl.Expr]) -> pl.Expr:
    mark = pl.col("bare").str.extract(r"([-/.\x{2010}-\x{2015}])")
    written = pl.when(mark == "/").then(pl.lit("slash", FORMS)).when(mark == ".").then(pl.lit("dot", FORMS))
    named = {name: pl.lit(name, FORMS) for name in days}
    named["dash"] = written.otherwise(pl.lit("dash", FORMS))
    named["iso"] = pl.when(mark.is_in(["/", "."])).then(pl.lit("iso_slash", FORMS)).otherwise(named["iso"])
    return pl.coalesce(pl.when(day.is_not_null()).then(named[name]) for name, day in days.items())


def _in_words(rows: pl.DataFrame) -> pl.Expr:
    """Dates such as 1 januari 2025 and 1-jan-2025, in Dutch, French and English."""
    if not rows["bare"].str.contains(_WORDS).any():
        return pl.lit(None, pl.Date)
    cell = pl.col("bare").str.to_lowercase()
    month = cell.str.extract(_WORDS, 2).replace_strict(months(), default=None, return_dtype=pl.String)
    written = pl.concat_str(cell.str.extract(_WORDS, 3), month, cell.str.extract(_WORDS, 1), separator="-")
    return written.str.to_date("%Y-%m-%d", strict=False)


@lru_cache(maxsize=1)
def months() -> dict[str, str]:
    """Month number per name or abbreviation, in lower case."""
    found = {name: str(number) for name, number in spoken_names()["month"].items()}
    return found | {"maa": "3", "sept": "9"}


def _seconds() -> pl.Expr:
    """Seconds since midnight; null if there is no time or an impossible one."""
    packed = [pl.col("packed").str.slice(start, 2) for start in (0, 2, 4)]
    hour, minute, second = (
        pl.coalesce(name, part).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        for name, part in zip(("hour", "minute", "second"), packed, strict=True)
    )
    half = pl.col("half").str.to_lowercase()
    hour = pl.when(half == "p").then(hour % 12 + 12).when(half == "a").then(hour % 12).otherwise(hour)
    ends_the_day = (hour == 24) & (minute == 0) & (second.fill_null(0) == 0)
    possible = ((hour < 24) | ends_the_day) & (minute < 60) & (second.fill_null(0) < 61)
    return pl.when(possible).then((hour * 3_600 + minute * 60 + second.fill_null(0)).round().cast(pl.Int64))


def _offset() -> pl.Expr:
    zone = pl.col("zone")
    sign = pl.when(zone.str.contains("-", literal=True)).then(-1).otherwise(1)
    parts = r"[+-](\d{1,2}?)(?::?(\d{2}))?$"  # +2, +02, +200, +0200 and +02:00
    hours, minutes = (zone.str.extract(parts, place).cast(pl.Int64) for place in (1, 2))
    return pl.when(zone.is_not_null()).then(sign * (hours.fill_null(0) * 60 + minutes.fill_null(0)))


def _cause() -> pl.Expr:
    dashed = pl.col("dashed")
    first, second = (dashed.str.extract(r"^(\d{1,2})-(\d{1,2})-\d{4}$", place).cast(pl.Int32) for place in (1, 2))
    iso = dashed.str.extract(r"^\d{4}-(\d{1,2})-\d{1,2}$").cast(pl.Int32)
    iso_day = dashed.str.extract(r"^\d{4}-\d{1,2}-(\d{1,2})$").cast(pl.Int32)
    compact, compact_day = (
        dashed.str.extract(r"^(?:19|20|21)\d{2}(\d{2})(\d{2})$", place).cast(pl.Int32) for place in (1, 2)
    )
    swapped = pl.any_horizontal(
        month.is_between(13, 31) & day.is_between(1, 12)
        for month, day in ((second, first), (iso, iso_day), (compact, compact_day))
    ).fill_null(value=False)
    digits = dashed.str.contains(r"^\d{1,2}-\d{1,2}-\d{4}$|^\d{4}-\d{1,2}-\d{1,2}$|^(19|20|21)\d{6}$")
    short = dashed.str.contains(r"^\d{1,2}-(\d{1,2}|\p{L}{3,}-?)-\d{2}$")
    named = {name: pl.lit(name, _CAUSES) for name in CAUSES}
    return (
        pl.when(pl.col("text").str.starts_with("#"))
        .then(named["excel_error"])
        .when(short)
        .then(named["short_year"])
        .when(swapped)
        .then(named["month_first"])
        .when(digits)
        .then(named["no_such_day"])
        .otherwise(named["no_date"])
    )
