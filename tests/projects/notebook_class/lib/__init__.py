from .predictor import Predictor  # noqa: F401
