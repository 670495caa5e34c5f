"""The parts that no Python package is: MongoDB's server and Kafka's jars, fetched once and checked
at every start.
"""
