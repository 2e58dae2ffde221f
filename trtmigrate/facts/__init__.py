"""Facts: what every expression of a module is, and which removed members the module uses."""

from trtmigrate.facts.query import Facts
from trtmigrate.facts.reads import Read
from trtmigrate.facts.uses import AnyUse, CallUse, Use

__all__ = ["AnyUse", "CallUse", "Facts", "Read", "Use"]
