"""The other side of the bench `train`: the same models in PyTorch, kept warm, run when asked.

Reads a request a line from standard input and answers each with a line of JSON:
    open WORKLOAD BATCH     builds a model with one random batch        {"parameters": ...}
    run SECONDS             takes steps of training on that batch       {"steps": ..., "seconds": ..., "peakMemoryBytes": ...}
    multiply SIZE SECONDS   multiplies two square matrices              the same
The first line, before any request, tells the versions. The bench starts it with the number of threads.
"""
import ctypes
import json
import re
import resource
import sys
import time

import torch
from torch import nn

CLASSES = 10
VOCABULARY, LENGTH, WIDTH, HEADS, BLOCKS = 64, 64, 64, 4, 2


class Transformer(nn.Module):
    """A causal language model of pre-norm blocks: every position foretells a token."""

    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(LENGTH, WIDTH)
        self.blocks = nn.ModuleList([
            nn.TransformerEncoderLayer(WIDTH, HEADS, dim_feedforward=4 * WIDTH, dropout=0.0, activation="gelu",
                                       batch_first=True, norm_first=True)
            for _ in range(BLOCKS)])
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, VOCABULARY)
        self.register_buffer("future", torch.full((LENGTH, LENGTH), float("-inf")).triu(1))

    def forward(self, tokens):
        values = self.tokens(tokens) + self.positions.weight
        for block in self.blocks:
            values = block(values, self.future)
        return self.head(self.norm(values)).reshape(-1, VOCABULARY)


def perceptron():
    return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, CLASSES))


def convolutional():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 7 * 7, 64), nn.ReLU(), nn.Linear(64, CLASSES))


def digits():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
        nn.Conv2d(32, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 4 * 4, 128), nn.ReLU(), nn.Linear(128, CLASSES))


def sgd(parameters):
    return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)


def adamw(parameters):
    return torch.optim.AdamW(parameters, lr=1e-3)


def images(*shape):
    return lambda batch: (torch.randn(batch, *shape), torch.randint(CLASSES, (batch,)))


def text(batch):
    return torch.randint(VOCABULARY, (batch, LENGTH)), torch.randint(VOCABULARY, (batch * LENGTH,))


WORKLOADS = {
    "mlp": (perceptron, images(784), sgd),
    "cnn": (convolutional, images(1, 28, 28), sgd),
    "digits-cnn": (digits, images(1, 8, 8), adamw),
    "transformer": (Transformer, text, adamw),
}


def training(workload, batch):
    """One step of training as a function, and the number of parameters."""
    torch.manual_seed(0)
    build, data, optimizer = WORKLOADS[workload]
    model = build()
    inputs, targets = data(batch)
    loss, moves = nn.CrossEntropyLoss(), optimizer(model.parameters())

    def step():
        moves.zero_grad()
        loss(model(inputs), targets).backward()
        moves.step()

    return step, sum(parameter.numel() for parameter in model.parameters())


def product(size):
    left, right, result = (torch.randn(size, size) for _ in range(3))
    return lambda: torch.mm(left, right, out=result)


def stint(act, seconds):
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        act()
        count += 1
    return {"steps": count, "seconds": elapsed, "peakMemoryBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def libraries():
    """What multiplies matrices: the libraries of that kind in this process, by which the kernels in use are known."""
    product(64)()
    with open("/proc/self/maps") as maps:
        names = {match.group() for match in re.finditer(r"lib(mkl|openblas|blas|blis|atlas)[^/ ]*\.so", maps.read())}
    version = ctypes.create_string_buffer(200)
    if any(name.startswith("libmkl") for name in names):
        ctypes.CDLL("libmkl_rt.so").mkl_get_version_string(version, len(version))
    return {"libraries": sorted(names), "version": re.sub(r"\s+", " ", version.value.decode()).strip()}


def main():
    threads = int(sys.argv[1])
    torch.set_num_threads(threads)
    answer = lambda value: print(json.dumps(value), flush=True)
    answer({"torch": torch.__version__, **libraries()})
    step, products = None, {}
    for line in sys.stdin:
        verb, *arguments = line.split()
        if verb == "open":
            step, parameters = training(arguments[0], int(arguments[1]))
            answer({"parameters": parameters})
        elif verb == "run":
            answer(stint(step, float(arguments[0])))
        elif verb == "multiply":
            size = int(arguments[0])
            if size not in products:
                products[size] = product(size)
            answer(stint(products[size], float(arguments[1])))
        else:
            sys.exit(f"Nobody understands '{line.strip()}'.")


if __name__ == "__main__":
    main()
