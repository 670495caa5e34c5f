"""Pages rendered on the server: read without JavaScript, nothing from other hosts.

`site.py` is what all of them share.
"""
