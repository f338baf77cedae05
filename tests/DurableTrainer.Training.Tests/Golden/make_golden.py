#!/usr/bin/env python3
"""Makes the golden values of GoldenTests with PyTorch 1.13: one JSON file for each tiny model, beside this script.

Debian 12: apt-get install --no-install-recommends python3-torch, then /usr/bin/python3 make_golden.py
Each file holds samples, the initial weights by the paths that our models give them, the loss of each of 20 steps over
consecutive batches (the last batch of a pass is smaller), and parameters and running statistics after the last step.
No bias stands right before a batch normalisation: its gradient is zero but for rounding, which AdamW would blow up to full steps.
"""
import copy
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


class Lion(torch.optim.Optimizer):
    """Chen et al. 2023, algorithm 2, which PyTorch 1.13 does not have."""

    def __init__(self, parameters, lr, betas, weight_decay):
        super().__init__(parameters, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            first, second = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.sub_(group["lr"] * torch.sign(first * m + (1 - first) * p.grad))
                m.mul_(second).add_(p.grad, alpha=1 - second)


def learning():
    """Losses, optimizers and clipping on one small perceptron: learning.json."""
    inputs = torch.randn(24, 6)
    labels = torch.randint(0, 3, (24,))
    values = torch.randn(24, 3)
    ignored = labels.clone()
    ignored[::5] = -100
    start = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))
    paths = {"0": "layers.0", "2": "layers.2"}
    rounded = lambda numbers: [float(f"{v:.9g}") for v in numbers]
    sgd = lambda p: torch.optim.SGD(p, lr=0.1)
    cases = {
        "crossEntropy": (nn.CrossEntropyLoss(ignore_index=-100, label_smoothing=0.15), ignored, sgd, None),
        "binaryCrossEntropy": (nn.BCEWithLogitsLoss(), torch.sigmoid(values), sgd, None),
        "meanSquaredError": (nn.MSELoss(), values, sgd, None),
        "huber": (nn.HuberLoss(delta=0.7), values, sgd, None),
        "momentum": (nn.MSELoss(), values, lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.02), None),
        "adamw": (nn.MSELoss(), values, lambda p: torch.optim.AdamW(p, lr=0.02, betas=(0.8, 0.95), weight_decay=0.1), None),
        "rmsprop": (nn.MSELoss(), values, lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-6, weight_decay=0.02), None),
        "centered": (nn.MSELoss(), values,
                     lambda p: torch.optim.RMSprop(p, lr=0.002, alpha=0.95, eps=1e-3, momentum=0.8, centered=True), None),
        "lion": (nn.MSELoss(), values, lambda p: Lion(p, lr=0.01, betas=(0.85, 0.95), weight_decay=0.1), None),
        "clipNorm": (nn.MSELoss(), values, sgd, 0.3),
    }
    golden = {"batch": 12, "inputs": rounded(inputs.flatten().tolist()), "initial": tensors(start, paths), "cases": {}}
    for name, (loss, targets, optimizer, bound) in cases.items():
        model = copy.deepcopy(start)
        steps = optimizer(model.parameters())
        case = {"targets": rounded(targets.flatten().tolist()), "losses": []}
        for step in range(20):
            part = slice(0, 12) if step % 2 == 0 else slice(12, 24)
            steps.zero_grad()
            value = loss(model(inputs[part]), targets[part])
            value.backward()
            if bound:
                torch.nn.utils.clip_grad_norm_(model.parameters(), bound)
            steps.step()
            case["losses"].append(value.item())
        golden["cases"][name] = case | {"final": tensors(model, paths)}
    pathlib.Path(__file__).with_name("learning.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


def schedules():
    """The rate of each of 20 steps, 5 an epoch, that starts from 0.4: schedules.json."""
    rates = torch.optim.lr_scheduler
    warmed = lambda make: lambda o: rates.SequentialLR(
        o, [rates.LinearLR(o, start_factor=1 / 4, end_factor=1, total_iters=3), make(o)], milestones=[3])
    cases = {
        "step": lambda o: rates.StepLR(o, step_size=10, gamma=0.3),
        "cosine": lambda o: rates.CosineAnnealingLR(o, T_max=20, eta_min=0.01),
        "oneCycle": lambda o: rates.OneCycleLR(o, max_lr=0.4, total_steps=20, pct_start=0.3, cycle_momentum=False),
        "oneCycle with a maximum": lambda o: rates.OneCycleLR(o, max_lr=2.0, total_steps=20, pct_start=0.43, cycle_momentum=False),
        "constant, warmed up": warmed(lambda o: rates.ConstantLR(o, factor=1, total_iters=0)),
        "step, warmed up": warmed(lambda o: rates.StepLR(o, step_size=5, gamma=0.3)),
        "cosine, warmed up": warmed(lambda o: rates.CosineAnnealingLR(o, T_max=17, eta_min=0.01)),
    }
    golden = {}
    for name, make in cases.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4)
        schedule = make(optimizer)
        golden[name] = []
        for _ in range(20):
            golden[name].append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
    pathlib.Path(__file__).with_name("schedules.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(7)
    perceptron()
    convolutional()
    residual()
    torch.manual_seed(11)
    learning()
    schedules()
