"""What must never be forgotten: the audit trail and the erased persons."""
