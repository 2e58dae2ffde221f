"""What every expression of a module is, and which uses of the removed API the module has."""

from trtmigrate.facts.query import Facts
from trtmigrate.facts.uses import AnyUse, CallUse, Use

__all__ = ["AnyUse", "CallUse", "Facts", "Use"]
