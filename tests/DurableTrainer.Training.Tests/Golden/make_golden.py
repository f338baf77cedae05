#!/usr/bin/env python3
"""Makes the golden values of GoldenTests with PyTorch 1.13: one JSON file for each tiny model, beside this script.

Debian 12: apt-get install --no-install-recommends python3-torch, then /usr/bin/python3 make_golden.py
Each file holds samples, the initial weights by the paths that our models give them, the loss of each of 20 steps over
consecutive batches (the last batch of a pass is smaller), and parameters and running statistics after the last step.
No bias stands right before a batch normalisation: its gradient is zero but for rounding, which AdamW would blow up to full steps.
"""
import json
import pathlib

import torch
import torch.nn as nn


class Residual(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.layers(x)


def tensors(model, paths):
    """The state of a model under our paths: `paths` maps PyTorch's name, or its prefix, to ours."""
    found = {}
    for name, value in model.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        prefix, leaf = name.rsplit(".", 1)
        found[paths.get(name) or f"{paths[prefix]}.{leaf}"] = [float(f"{v:.9g}") for v in value.flatten().tolist()]
    return found


def write(name, model, paths, inputs, targets, batch, loss, optimizer):
    golden = {
        "batch": batch,
        "inputs": [float(f"{v:.9g}") for v in inputs.flatten().tolist()],
        "targets": [float(f"{v:.9g}") for v in targets.flatten().tolist()],
        "initial": tensors(model, paths),
        "losses": [],
    }
    model.train()
    start = 0
    for _ in range(20):
        x, y = inputs[start:start + batch], targets[start:start + batch]
        start = 0 if start + batch >= len(inputs) else start + batch
        optimizer.zero_grad()
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
        golden["losses"].append(value.item())
    golden["final"] = tensors(model, paths)
    pathlib.Path(__file__).with_name(f"{name}.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


def perceptron():
    model = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 12), nn.SiLU(), nn.Linear(12, 9), nn.Sigmoid(), nn.Linear(9, 5))
    write("perceptron", model, {str(i): f"layers.{i}" for i in range(7)}, torch.randn(41, 10), torch.randint(0, 5, (41,)), 16,
          nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01))


def convolutional():
    model = nn.Sequential(
        nn.Conv2d(2, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 12, 3, stride=2, padding=1, groups=2, bias=False), nn.BatchNorm2d(12), nn.SiLU(),
        nn.AvgPool2d(2, 1, 1), nn.Conv2d(12, 10, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(10, 4))
    paths = {"0": "layers.0", "1": "layers.1", "4": "layers.4", "5": "layers.5", "8": "layers.8", "11": "layers.10"}
    write("convolutional", model, paths, torch.randn(20, 2, 8, 7), torch.randint(0, 4, (20,)), 8,
          nn.CrossEntropyLoss(), torch.optim.AdamW(model.parameters(), lr=0.01, betas=(0.85, 0.99), eps=1e-7, weight_decay=0.05))


def residual():
    block = lambda: Residual(nn.Linear(12, 10), nn.GELU(), nn.Linear(10, 12))
    model = nn.Sequential(nn.Linear(6, 12), block(), block(), nn.Tanh(), nn.BatchNorm1d(12), nn.Linear(12, 1), nn.Flatten(0))
    paths = {"0": "layers.0", "4": "layers.3", "5": "layers.4"}
    for time in range(2):
        for layer in (0, 2):
            paths[f"{time + 1}.layers.{layer}"] = f"layers.1.{time}.0.{layer}"
    inputs = torch.randn(38, 6)
    write("residual", model, paths, inputs, inputs[:, 0] * inputs[:, 1] + inputs[:, 2], 12,
          nn.MSELoss(), torch.optim.AdamW(model.parameters(), lr=0.005))


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(7)
    perceptron()
    convolutional()
    residual()
