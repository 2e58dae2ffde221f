import numpy as np
from classify import classify, describe
from export import export
from session import open_session

export()
session = open_session()
print([(b.index, b.name, b.shape) for b in session.bindings], *describe(session))
for seed in (1, 2):
    images = np.random.RandomState(seed).rand(4, 5).astype(np.float32)
    print(classify(session, images).tolist())
session.close()
