"""The published procedures, as they are found, shown and printed."""
