"""A city joins, leaves or merges: each is a file in `<root>/cities/` and the procedure in `docs/beheer.md`."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from assets.run import run
from demad.errors import UsageRefused
from demad.intake.deliveries.packing import put_extracts
from demad.intake.deliveries.reception import take_in
from demad.operations.prune import prune
from demad.publishing import figures
from demad.publishing.city_status import city_cards
from demad.publishing.release import release, sign_off
from demad.publishing.site import edition, render_preview, staging_folder
from demad.publishing.translation import translate_preview
from demad.records.secrets import known_ids
from demad.reference.cities import load_cities, taking_part
from demad.releases.ledger import released_figures
from demad.store import Store
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE
from tests.pipeline.plainly import plainly_drawn

TURNHOUT_TOML = 'name = "Turnhout"\nnis = "13040"\nlast_day = 2026-09-30\n'
DAY = AS_OF + timedelta(days=5)


def city_file(root: Path, slug: str, text: str) -> None:
    (root / "cities").mkdir(exist_ok=True)
    (root / "cities" / f"{slug}.toml").write_text(text, encoding="utf-8")


def released(root: Path, period: str, *, around: bool = False) -> Path:
    """Run and release; with ``around`` the pages around the cities are drawn."""
    with plainly_drawn(around=not around):
        assert run(root).exit_status == 0
        return release(root, period, "proef")


def as_if(root: Path, slug: str, like: str, since: date = SINCE) -> None:
    """Put a delivery of a city in the inbox: the people of another one, with its own NIS code."""
    city = load_cities(root)[slug]
    _, frames = next(iter(extracts(people=150, seed=1, cities=[like])))
    own = {
        name: frame.with_columns(nis=pl.lit(city.nis)) if "nis" in frame.columns else frame
        for name, frame in frames.items()
    }
    put_extracts(root, city, own, since=since, as_of=AS_OF, made_on=DAY)


def test_a_city_without_pages_gets_no_report_loses_the_one_it_had_and_signs_off_without_a_text(root):
    city_file(root, "aalst", "pages = false\n")
    with plainly_drawn():
        assert render_preview(root, ["aalst"]) == []
        folder, failed = translate_preview(root, "en", ["aalst"])
    assert failed == []
    assert not (root / "preview" / "aalst").exists()
    assert not (folder / "aalst").exists()
    assert (root / "preview" / "turnhout" / "index.html").exists()
    with pytest.raises(UsageRefused, match="geen bladzijde") as refused:
        sign_off(root, "2025", "aalst", "Wij namen een dienst over.")
    assert refused.value.code == "D-453"
    assert sign_off(root, "2025", "aalst").city == "aalst"


def test_a_report_of_one_city_leaves_the_pages_of_the_others_as_the_last_run_drew_them(root):
    page = Path("turnhout", "index.html")
    (root / "preview" / page).write_text("of the preview", encoding="utf-8")
    with plainly_drawn():
        assert render_preview(root, ["aalst"]) == []
        assert (root / "preview" / page).read_text(encoding="utf-8") == "of the preview"
        made = edition(root, figures.stored(root), Store(root).tables("benchmark"))
        drawn = staging_folder(root, made) / page  # by a run that died
        drawn.parent.mkdir()
        drawn.write_text("of the run", encoding="utf-8")
        assert render_preview(root, ["aalst"]) == []
    assert (root / "preview" / page).read_text(encoding="utf-8") == "of the run"
    assert (root / "preview" / "aalst" / "index.html").exists()


@pytest.mark.slow
def test_a_fourteenth_city_joins_a_root_by_its_file_and_is_released(root):
    city_file(root, "vilvoorde", 'name = "Vilvoorde"\nnis = "23088"\n')
    city_file(root, "aalst", "pages = false\n")
    as_if(root, "vilvoorde", "roeselare")
    folder = released(root, "2025", around=True)
    assert not (folder / "aalst").exists()
    assert "aalst" in set(figures.stored(root).frame["city"])
    assert (folder / "vilvoorde" / "index.html").exists()
    assert "Vilvoorde" in (folder / "index.html").read_text(encoding="utf-8")
    assert "23088" in (folder / "swing" / "data.csv").read_text(encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["inputs"]) == {*load_cities(None), "vilvoorde"}
    assert {"vilvoorde", "aalst", "turnhout"} <= set(released_figures(root)["city"])
    assert "vilvoorde" in known_ids(root)


@pytest.mark.slow
def test_a_city_that_leaves_is_in_no_new_figure_and_keeps_what_was_released(root):
    released(root, "2025")
    before = released_figures(root).filter(city="turnhout")
    secret = known_ids(root)["turnhout"]
    city_file(root, "turnhout", TURNHOUT_TOML)
    again = released(root, "2025")
    assert "turnhout" not in taking_part(root)
    assert "turnhout" not in {card.slug for card in city_cards(root)}
    assert set(figures.stored(root).frame["city"]) == {"aalst", "all"}
    assert not (again / "turnhout").exists()
    assert released_figures(root).filter(city="turnhout").equals(before)
    revised = json.loads((again / "changes.json").read_text(encoding="utf-8"))
    assert {row["city"] for row in revised} <= {"all"}

    as_if(root, "turnhout", "turnhout", since=date(2016, 1, 1))
    assert [outcome.code for outcome in take_in(root)] == ["D-228"]

    prune(root, days=30, now=datetime(2026, 10, 15, tzinfo=UTC))
    assert "accepted/turnhout" in Store(root).every_name()
    prune(root, days=30, now=datetime(2026, 12, 1, tzinfo=UTC))
    assert not [name for name in Store(root).every_name() if name.endswith("/turnhout")]
    assert not list((root / "inbox" / "turnhout").iterdir())
    assert known_ids(root)["turnhout"] == secret
    assert (root / "secrets" / "turnhout.secret").exists()


def test_two_cities_merge_into_a_new_one_that_begins_on_the_day_of_the_merger(root):
    merger = date(2024, 1, 1)
    for slug, name, nis in (("aalst", "Aalst", "41002"), ("turnhout", "Turnhout", "13040")):
        city_file(root, slug, f'name = "{name}"\nnis = "{nis}"\nlast_day = 2023-12-31\n')
    city_file(
        root,
        "nieuwstad",
        'name = "Nieuwstad"\nnis = "44099"\nfirst_day = 2024-01-01\n'
        '[old_nis]\n41002 = "2023-12-31"\n13040 = "2023-12-31"\n'
        '[[breaks]]\ndate = 2024-01-01\ntext = "Aalst en Turnhout gingen samen."\n',
    )
    as_if(root, "nieuwstad", "aalst")
    assert [outcome.code for outcome in take_in(root)] == ["D-229"]
    as_if(root, "nieuwstad", "aalst", since=merger)
    folder = released(root, "2025")
    shown = figures.stored(root).frame
    assert set(shown["city"]) == {"nieuwstad", "all"}
    assert shown.filter(pl.col("period").str.slice(0, 4) < "2024").is_empty()
    assert len(set(known_ids(root).values())) == 3
    assert not (folder / "aalst").exists()


@pytest.mark.parametrize("line", ['first_day = "2024-01-01"', "last_day = 2024"])
def test_a_day_that_is_none_is_refused_with_its_line(root, line):
    city_file(root, "aalst", f"{line}\n")
    with pytest.raises(Exception, match=re.escape("lijn 1")):
        load_cities(root)
