from .engine import EngineBuilder, TRTModule  # noqa: F401
