"""Refitter: other weights for an engine that was built refittable."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Tuple

import numpy as np

from . import enums, log
from .expose import Native, expose
from .graph import Graph
from .release import refuse
from .settings import kept

# Which attribute of a layer each WeightsRole means.
_ROLES = {
    "KERNEL": ("kernel",),
    "BIAS": ("bias",),
    "SHIFT": ("shift",),
    "SCALE": ("scale",),
    "CONSTANT": ("weights",),
}


@expose
class Refitter(Native):
    __slots__ = ("_engine", "_logger", "_new", "_settings")

    def __init__(self, engine: Any, logger: Any) -> None:
        if not isinstance(engine._data.model, Graph):
            refuse("Refitter of an engine known by its description")
        self._engine = engine
        self._logger = logger
        self._new: Dict[Tuple[int, str], np.ndarray] = {}
        self._settings: Dict[str, Any] = {}

    def _weights(self) -> Iterator[Tuple[int, str, str, str]]:
        """Every set of weights: node, attribute, layer name, role."""
        for number, node in enumerate(self._engine._data.model.nodes):
            for role, (attribute,) in _ROLES.items():
                if isinstance(node.attributes.get(attribute), np.ndarray):
                    yield number, attribute, node.name, role

    def _names(self) -> Dict[str, Tuple[int, str]]:
        stored = self._engine._data.settings["weight_names"]
        return {
            name: (int(number), attribute)
            for number, names in stored.items()
            for attribute, name in names.items()
        }

    def set_weights(self, layer_name: str, role: Any, weights: Any) -> bool:
        for number, attribute, name, found in self._weights():
            if (name, found) == (layer_name, role.name):
                return self._set((number, attribute), weights)
        log.error(self._logger, "3: [refit] %s has no %s" % (layer_name, role), self.error_recorder)
        return False

    def set_named_weights(self, name: str, weights: Any, *location: Any) -> bool:
        if name not in self._names():
            log.error(
                self._logger, "3: [refit] no weights are called %s" % name, self.error_recorder
            )
            return False
        return self._set(self._names()[name], weights)

    def _set(self, place: Tuple[int, str], weights: Any) -> bool:
        old = self._engine._data.model.nodes[place[0]].attributes[place[1]]
        if old.size != weights._array.size:
            log.error(
                self._logger, "3: [refit] %d weights are wanted" % old.size, self.error_recorder
            )
            return False
        self._new[place] = weights._array.reshape(old.shape).copy()
        return True

    def get_all(self) -> Tuple[List[str], List[Any]]:
        return self._listed(list(self._weights()))

    def get_missing(self) -> Tuple[List[str], List[Any]]:
        return [], []

    def _listed(self, found: List[Tuple[int, str, str, str]]) -> Tuple[List[str], List[Any]]:
        roles = [enums.value("WeightsRole", role) for _, _, _, role in found]
        return [name for _, _, name, _ in found], roles

    def get_all_weights(self) -> List[str]:
        return list(self._names())

    def get_missing_weights(self) -> List[str]:
        return []

    def refit_cuda_engine(self) -> bool:
        if not self._engine.refittable:
            log.error(self._logger, "3: [refit] the engine is not refittable", self.error_recorder)
            return False
        for (number, attribute), array in self._new.items():
            self._engine._data.model.nodes[number].attributes[attribute] = array
        self._new = {}
        self._engine._plan = None
        return True

    @property
    def logger(self) -> Any:
        return self._logger

    error_recorder = kept("error_recorder")
    max_threads = kept("max_threads", 1)
