"""`python -m motcua_operations`: the command line, for where no `motcua` is on the path."""

from .cli import main

main()
