"""Asks LibreOffice what a pivot of a workbook is and shows: run by the Python that knows UNO, it prints JSON.

    python3 data_pilot.py WORKBOOK PROFILE

Not a test: `test_libreoffice.py` calls it, in another interpreter, as UNO belongs to that of the system.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno  # pyright: ignore[reportMissingImports]

HIDDEN = "com.sun.star.beans.PropertyValue"


def main(workbook: str, profile: str) -> None:
    pipe = f"demad{Path(profile).name}"
    accept = f"--accept=pipe,name={pipe};urp;"
    office = subprocess.Popen(
        ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore", accept],
        stderr=subprocess.DEVNULL,
    )
    try:
        desktop = _desktop(pipe)
        hidden = uno.createUnoStruct(HIDDEN)
        hidden.Name, hidden.Value = "Hidden", True
        book = desktop.loadComponentFromURL(f"file://{workbook}", "_blank", 0, (hidden,))
        print(json.dumps(_told(book)))
        book.close(True)
        desktop.terminate()
    finally:
        office.wait(timeout=60)


def _desktop(pipe: str) -> Any:
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    for _ in range(600):
        try:
            there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # it has no type before LibreOffice answers
            time.sleep(0.2)
            continue
        return there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
    raise SystemExit("LibreOffice does not answer")


def _told(book: Any) -> dict[str, Any]:
    """Fields by place, the size of the source, and the cells: as opened, and for every choice of the filters."""
    sheet = book.Sheets.getByIndex(0)
    pilot = sheet.DataPilotTables.getByIndex(0)
    pilot.refresh()
    told = {
        "pivots": list(sheet.DataPilotTables.ElementNames),
        "source": pilot.SourceRange.EndRow - pilot.SourceRange.StartRow,
        "fields": {
            place: [field.Name for field in _each(getattr(pilot, f"{place}Fields"))]
            for place in ("Row", "Column", "Page", "Data")
        },
        "opened": _cells(sheet, pilot),
    }
    kinds, groups = _each(pilot.PageFields)
    told["chosen"] = []
    for kind in kinds.Items.ElementNames:
        for group in groups.Items.ElementNames:
            kinds.SelectedPage, groups.SelectedPage = kind, group
            told["chosen"].append({"kind": kind, "group": group, "cells": _cells(sheet, pilot)})
    return told


def _each(fields: Any) -> list[Any]:
    return [fields.getByIndex(number) for number in range(fields.Count)]


def _cells(sheet: Any, pilot: Any) -> list[list[Any]]:
    place = pilot.OutputRange
    shown = sheet.getCellRangeByPosition(place.StartColumn, place.StartRow, place.EndColumn, place.EndRow)
    return [list(row) for row in shown.DataArray]


if __name__ == "__main__":
    main(*sys.argv[1:])
