"""An attack on published figures, written from `methods.md` section 3.6 alone; it imports nothing from `demad`.

It reads what anybody can read, turns every number back into rounded counts, and bounds the true counts behind them by
all that is known to hold between them. Not here: making the worlds that are attacked (`bench.worlds`).
"""
