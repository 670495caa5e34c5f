"""The one processor: lanes, group commit, publishing, time, effects and dead letters."""
