"""Rules that several services share. Pure: no clock, no I/O."""
