"""The wire: payloads, the envelope around them, the topics they travel on, and the documents made
from them.
"""
