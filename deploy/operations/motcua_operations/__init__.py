"""The `motcua` command line of operators and auditors, without any server."""
