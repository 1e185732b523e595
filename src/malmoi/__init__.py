"""Malmoi (말모이): an annotated corpus of Korean news, and the tools that make, check, publish and use it."""

__version__ = "0.1.0"
