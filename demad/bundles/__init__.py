"""Bundles: a city ships its tables of counts, signed, instead of rows of persons. Not here: who makes or takes one.

The way of a bundle: `contents` writes the tables as text, `manifest` says what they are, `container` packs and signs
them with the key of `keys`; at the centre `receipt` judges, `ratchet` refuses what is not newer, `jumps` holds what
tells another story, and `in_force` keeps the one that figures rest on.
"""
