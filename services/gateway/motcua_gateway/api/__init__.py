"""The routes, one module for each kind of caller.

A route reads a request, asks one thing of the modules beside `api`, and answers.
"""
