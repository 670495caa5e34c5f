"""The rules of the one-stop counter: pure functions over the dossier.

No Kafka, no database, no clock.
"""
