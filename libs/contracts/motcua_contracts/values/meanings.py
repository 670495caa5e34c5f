"""What a form's schema says of a number beside its type: the key, and the values that it takes.

Any other number is written as it is.
"""

FORMAT_KEY = "x-format"
GROUPED = ("money", "count")
"""An amount in dong, and a number of things: people write these with their digits in groups."""
