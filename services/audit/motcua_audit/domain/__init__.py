"""Pure: chains, folds, journals, papers, and the rule for recorded readings.

No Kafka, no MongoDB, no clock.
"""
