"""Which protected figures are not shown (methods.md 3.6, rules 1 and 6). The rules read protected counts alone."""

from __future__ import annotations

from fractions import Fraction

FEW = 10
LEAST_PEOPLE = 30
LEAST_CHANGE = 50
WIDEST_MEDIAN = 12
COUNTS = (
    "caseload_stock",
    "caseload_year_mean",
    "caseload_distinct_year",
    "inflow_count",
    "outflow_count",
    "careleaver_count",
    "connected_stock",
)
OF_STOCK = ("caseload_rate", "caseload_change_yoy", "youth_share", "student_share", "long_term_share", "gpmi_share")
STEPS = {
    "careleaver_applied_12m": ("careleaver_leefloon_12m",),
    "careleaver_known_12m": ("careleaver_applied_12m", "careleaver_leefloon_12m", "careleaver_any_support_6m"),
    "careleaver_kept_12m": ("careleaver_leefloon_12m",),
    **{f"return_anywhere_{months}m": (f"return_elsewhere_{months}m",) for months in (6, 12, 24)},
}
DAYS = "application_days_median"
MEDIAN, RESTRICTED_MEAN = "duration_median", "duration_rmst24"
PER_INHABITANT = ("caseload_rate", "inflow_rate")
TO_EXPECTED = ("outflow_oe", "outflow_work_oe", "outflow_first_year_oe", "return_oe")
CHANGE, BALANCE, ACTIVATED = "caseload_change_yoy", "net_flow", "activation_share"
PER_MONTH = ("outflow_rate", "sustainable_outflow_12m")
FACTORS = {
    "careleaver_lasting_24m": ("careleaver_still_on_24m", "careleaver_return_12m"),
    "sustainable_outflow_12m": ("sustainable_work_12m",),
    "sustainable_from_entry_24m": ("sustainable_work_12m",),
}
ALL_TOGETHER = ("status_after_start", "status_after_exit", "months_on_5y")
AGREED = "gpmi_year_share"
CONNECTED = "connected_stock"
DECADE = "instability_share"
SAME_PEOPLE = "careleaver_leefloon"  # the leavers are the same, whatever support of theirs is counted


def published(figures: dict[tuple, dict]) -> dict[tuple, dict]:
    """Figures without what is hidden; a figure that has no value has no counts either."""
    gone = hidden(figures)
    nothing = dict.fromkeys(("value", "low", "high", "numerator", "denominator"))
    shown = {}
    for key, figure in figures.items():
        if key in gone:
            shown[key] = {**figure, **nothing, "status": "suppressed"}
        elif figure["value"] is None or key[1].startswith("dq_"):
            shown[key] = {**figure, "numerator": None, "denominator": None}
        else:
            shown[key] = figure
    return shown


def hidden(figures: dict[tuple, dict]) -> set[tuple]:
    """Keys of the figures that are too small, or that tell a small number beside another."""
    computed = {key: figure for key, figure in figures.items() if figure["value"] is not None}
    gone = {key for key, figure in computed.items() if key[1] != BALANCE and _is_small(key, figure)}
    gone |= {key for key, figure in computed.items() if key[0] == "wide" and _is_near_main(key, figure, figures)}
    gone |= {key for key, figure in computed.items() if _is_beside_a_step(key, figure, figures)}
    stocks: dict[tuple, float] = {}
    for (variant, indicator, city, period, *group), figure in computed.items():
        if indicator == "caseload_stock":
            place = (variant, city, period[:4], *group)
            stocks[place] = max(stocks.get(place, 0), figure["value"])
    for key, figure in computed.items():
        if key[1] == "caseload_distinct_year":
            stock = stocks.get((key[0], key[2], key[3][:4], *key[4:]))
            gone |= {key} if stock is not None and figure["value"] - stock < FEW else set()
    gone |= {key for key in computed if key[1] == AGREED and _is_near_a_month(key, computed)}
    gone |= {key for key in computed if key[1] == DECADE and _is_near_a_year(key, computed)}
    gone |= {key for key in computed if _is_among_few(key, figures)}
    sides = {key: [(key[0], f"{side}_count", *key[2:]) for side in ("inflow", "outflow")] for key in computed}
    gone |= {key for key in computed if key[1] == BALANCE and not gone.isdisjoint(sides[key])}
    factors = {key: [(key[0], one, *key[2:]) for one in FACTORS.get(key[1], ())] for key in computed}
    gone |= {key for key in computed if not gone.isdisjoint(factors[key])}
    of_bands = {key[:4] for key in gone if key[1] == "months_on_5y"}
    gone |= {key for key in computed if key[:4] in of_bands and key[5] == "25-48"}
    gone |= _connected(gone, computed)
    for key in computed:
        if key[1].startswith("return_anywhere") and (key[0], key[1].replace("anywhere", "elsewhere"), *key[2:]) in gone:
            gone.add(key)
    return gone | _rests(gone, computed)


def _connected(gone: set[tuple], computed: dict[tuple, dict]) -> set[tuple]:
    """Of the connected stock: the total beside that of main and the parts, then a part beside a hidden one."""
    found = set()
    for key in computed:
        if key[1] != CONNECTED or key[4] != "total":
            continue
        main = (key[0], "caseload_stock", *key[2:])
        equivalent, art60 = ((*key[:4], "connected", group) for group in ("equivalent", "art60"))
        beyond = computed[key]["value"] - computed[main]["value"] if main in computed else 0
        if beyond < FEW or main in gone or (art60 in gone and equivalent not in gone):
            found.add(key)
        elif key not in gone and (art60 in gone or equivalent in gone):
            found |= {equivalent, art60}
    return found


def _rests(gone: set[tuple], computed: dict[tuple, dict]) -> set[tuple]:
    """Of parts that are everybody together, the smallest that is shown where exactly one is hidden."""
    rows: dict[tuple, list[tuple]] = {}
    for key in computed:
        if key[1].startswith(ALL_TOGETHER):
            rows.setdefault(key[:4], []).append(key)
    whole = [keys for keys in rows.values() if any(key[4] == "total" for key in keys)]
    alone = [keys for keys in whole if sum(key in gone for key in keys) == 1]
    shown = [[key for key in keys if key not in gone] for keys in alone]
    return {min(keys, key=lambda key: (computed[key]["numerator"], key)) for keys in shown if keys}


def _is_near_a_month(key: tuple, computed: dict[tuple, dict]) -> bool:
    """Whether nearly everybody of the year, or nearly everybody with a GPMI in it, is there in one month."""
    figure = computed[key]
    for other, of_month in computed.items():
        if other[0] != key[0] or other[2] != key[2] or other[3][:4] != key[3] or other[4:] != key[4:]:
            continue
        if other[1] == "caseload_stock" and figure["denominator"] - of_month["value"] < FEW:
            return True
        if other[1] == "gpmi_share" and figure["numerator"] - of_month["numerator"] < FEW:
            return True
    return False


def _is_near_a_year(key: tuple, computed: dict[tuple, dict]) -> bool:
    """Whether nearly everybody of ten years is there in one of them."""
    of_years = [(*key[:1], "caseload_distinct_year", key[2], str(int(key[3]) - back), *key[4:]) for back in range(10)]
    persons = [computed[of_year]["value"] for of_year in of_years if of_year in computed]
    return any(computed[key]["denominator"] - of_year < FEW for of_year in persons)


def _is_beside_a_step(key: tuple, figure: dict, figures: dict[tuple, dict]) -> bool:
    """Whether few are between a step of the cascade and a figure of the same people beside it."""
    beside = [figures.get((key[0], other, *key[2:])) for other in STEPS.get(key[1], ())]
    counts = [other["numerator"] for other in beside if other and other["numerator"] is not None]
    return any(abs(figure["numerator"] - count) < FEW for count in counts)


def _is_among_few(key: tuple, figures: dict[tuple, dict]) -> bool:
    """Whether it is a group, or a part, of a number of people that is too small to show."""
    variant, indicator, city, period, *_ = key
    if key[5] != "total" or indicator in OF_STOCK:
        of_total = [(variant, indicator, city, period, "total", "total")] if indicator in COUNTS else []
        of_stock = [(variant, "caseload_stock", city, period, "total", "total")] if indicator in OF_STOCK else []
        return any(total in figures and _few(figures[total]["value"]) for total in (*of_total, *of_stock))
    return False


def _few(value: float | None) -> bool:
    return value is not None and value < FEW


def _is_small(key: tuple, figure: dict) -> bool:
    indicator, total = key[1], key[4] == "total"
    part, whole = _people(key, figure)
    if indicator.startswith("dq_"):
        return False
    if indicator in COUNTS:
        return figure["value"] < FEW
    if indicator == CHANGE:
        return min(part, whole) < (FEW if total else LEAST_CHANGE)
    if indicator in (*PER_INHABITANT, *TO_EXPECTED):
        return part < FEW
    if indicator == MEDIAN and (figure["low"] is None or figure["high"] is None):
        return True
    if indicator == MEDIAN and figure["high"] - figure["low"] > WIDEST_MEDIAN:
        return True
    no_rest = indicator in (MEDIAN, DAYS, RESTRICTED_MEAN, *PER_MONTH)
    return part < FEW or whole < LEAST_PEOPLE or (not no_rest and whole - part < FEW)


def _is_near_main(key: tuple, figure: dict, figures: dict[tuple, dict]) -> bool:
    """Whether a count of the wide series differs from that of main by fewer than a count that is shown."""
    main = figures.get(("main", *key[1:]))
    if main is None:
        return False
    if key[1] in COUNTS:
        pairs = [(figure["value"], main["value"])]
    else:
        pairs = list(zip(_people(key, figure), _people(key, main), strict=True))
    if key[1] in (*PER_INHABITANT, *TO_EXPECTED) or key[1].startswith(SAME_PEOPLE):
        pairs = pairs[:1]
    return any(abs(wide - of_main) < FEW for wide, of_main in pairs if wide is not None and of_main is not None)


def _people(key: tuple, figure: dict) -> tuple[Fraction | None, Fraction | None]:
    """Numerator and denominator as numbers of people: of person-months a mean month."""
    part, whole = (None if figure[name] is None else Fraction(figure[name]) for name in ("numerator", "denominator"))
    if key[1] == ACTIVATED and part is not None:
        part /= 12
    if key[1] in (ACTIVATED, *PER_MONTH) and whole is not None:
        whole /= 12
    return part, whole
