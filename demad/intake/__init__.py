"""Bytes become typed, guarded, validated rows of a delivery that is in force. No statistics."""
