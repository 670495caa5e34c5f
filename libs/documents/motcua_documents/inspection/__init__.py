"""Uploads are opened, not believed: each in a process of its own, with limits of time and memory.

`files` tells what a file is and hands it to `pdf`, `images` or `word`; each raises a `Finding`
where it must not be taken. They are pure functions of the file's bytes and import no code of ours
but this package. `server` forks a process for each file, `inspector` is what the gateway calls.
"""
