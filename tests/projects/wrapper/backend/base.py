from abc import ABCMeta, abstractmethod
from typing import Dict, Optional, Sequence

import numpy as np


class BaseWrapper(metaclass=ABCMeta):
    def __init__(self, output_names: Optional[Sequence[str]] = None):
        self._output_names = output_names

    @abstractmethod
    def forward(self, inputs: Dict[str, np.ndarray]) -> Dict[str, np.ndarray]: ...

    def __call__(self, inputs):
        return self.forward(inputs)
