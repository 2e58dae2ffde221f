import numpy as np
from export import parse
from models import TRTModule

parse({"weights": "boxes.engine", "boxes": 3, "half": True})
for names in (None, ["scores", "boxes"]):
    model = TRTModule("boxes.engine", names)
    print(model.input_names, model.output_names, model.model.num_bindings)
    for shift in (0, 5):
        print([o.tolist() for o in model(np.arange(12).reshape(3, 4) + shift)])
