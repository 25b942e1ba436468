"""Read, guard, type and validate delivered files, and keep which delivery is in force. No statistics."""
