from .utils import from_network, load, save
from .wrapper import TRTWrapper

__all__ = ["TRTWrapper", "from_network", "load", "save"]
