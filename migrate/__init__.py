"""Legacy municipal data in, reconciled standard tables out."""

__version__ = "0.1.0"
