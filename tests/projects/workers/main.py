import queue
import threading

from model import Model
from worker import Worker


def report(model):
    engine = model.engine
    print([engine.get_binding_name(i) for i in range(engine.num_bindings)])


model = Model.build(3)
watcher = threading.Thread(target=report, args=(model,))
watcher.start()
watcher.join()

done = queue.Queue()
workers = [Worker(model, done) for _ in range(2)]
for number, worker in enumerate(workers):  # one after the other: the order of the runs is compared
    worker.start()
    for sign in (-1, 1):
        worker.jobs.put([number * sign, 2 * sign, 3 * sign])
    worker.jobs.put(None)
    worker.join()
print(*[done.get() for _ in range(4)])
