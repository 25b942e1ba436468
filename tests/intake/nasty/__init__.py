"""Files that should never have been sent, each with the code it must get."""

from tests.intake.nasty.archives import ARCHIVES
from tests.intake.nasty.contents import CONTENTS
from tests.intake.nasty.disguised import DISGUISED
from tests.intake.nasty.making import Nasty
from tests.intake.nasty.parquets import PARQUETS
from tests.intake.nasty.texts import TEXTS
from tests.intake.nasty.workbooks import WORKBOOKS

__all__ = ["NASTY", "Nasty"]

NASTY = TEXTS | DISGUISED | WORKBOOKS | PARQUETS | ARCHIVES | CONTENTS
