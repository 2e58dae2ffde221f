from .build import *  # noqa: F403
from .predictor import Predictor  # noqa: F401
