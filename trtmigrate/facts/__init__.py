"""What every expression of a module is, and which uses of the removed API the module has."""

from trtmigrate.facts.query import Facts, Use

__all__ = ["Facts", "Use"]
