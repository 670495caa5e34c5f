"""What each route of the API answers, as models for the OpenAPI document: one module a topic.

They cost nothing while requests are answered: routes answer with ready `Response` objects, which
FastAPI never holds to a model. That the answers are as described is what the tests check
(`tests/support/described.py`): every answer of the unit tests and of the journeys.
"""
