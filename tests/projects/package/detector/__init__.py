from .base import Base
from .double import Double

__all__ = ["Base", "Double"]
