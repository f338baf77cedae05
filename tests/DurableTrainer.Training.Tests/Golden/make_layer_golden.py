#!/usr/bin/env python3
"""Makes the golden values of LayerGoldenTests with PyTorch 1.13, as make_golden.py does: /usr/bin/python3 make_layer_golden.py

First four models of the shapes that speed is measured with, narrower so that their files stay small; then the other layers.
Adding the same to all scores changes no attention weight, so the bias of keys has no gradient but rounding: where AdamW would blow that
up, its epsilon is larger than it.
"""
import torch
import torch.nn as nn

from make_golden import write


def images(count, *shape):
    return torch.randn(count, *shape), torch.randint(0, 10, (count,))


def attention_paths(theirs, ours):
    paths = {f"{theirs}.in_proj_{leaf}": f"{ours}.in_proj.{leaf}" for leaf in ("weight", "bias")}
    return paths | {f"{theirs}.out_proj": f"{ours}.out_proj"}


def gru_paths(theirs, ours):
    return {f"{theirs}.{leaf}_l0": f"{ours}.{leaf}" for leaf in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}


class Call(nn.Module):
    """A module whose forward is a function of it and the input."""

    def __init__(self, forward, **modules):
        super().__init__()
        self.call = forward
        for name, module in modules.items():
            self.add_module(name, module)

    def forward(self, x):
        return self.call(self, x)


def mlp():
    torch.manual_seed(11)
    model = nn.Sequential(nn.Linear(49, 24), nn.ReLU(), nn.Linear(24, 16), nn.ReLU(), nn.Linear(16, 10))
    write("mlp", model, {str(i): f"layers.{i}" for i in range(5)}, *images(40, 49), 16,
          nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9))


def cnn():
    torch.manual_seed(12)
    model = nn.Sequential(
        nn.Conv2d(1, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(8 * 3 * 3, 16), nn.ReLU(), nn.Linear(16, 10))
    write("cnn", model, {str(i): f"layers.{i}" for i in range(10)}, *images(30, 1, 12, 12), 12,
          nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9))


def digits():
    torch.manual_seed(13)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
        nn.Conv2d(8, 12, 3, padding=1, bias=False), nn.BatchNorm2d(12), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(12 * 4 * 4, 16), nn.ReLU(), nn.Linear(16, 10))
    write("digits", model, {str(i): f"layers.{i}" for i in range(11)}, *images(30, 1, 8, 8), 12,
          nn.CrossEntropyLoss(), torch.optim.AdamW(model.parameters(), lr=1e-3, eps=1e-6))


def transformer(vocabulary=16, length=13, width=16, heads=4, depth=2):
    torch.manual_seed(14)
    mask = torch.triu(torch.full((length, length), float("-inf")), 1)

    def forward(self, tokens):
        x = self.token(tokens.long()) + self.position.weight
        for block in self.blocks:
            x = block(x, mask)
        return self.head(self.norm(x)).flatten(0, 1)

    model = Call(
        forward, token=nn.Embedding(vocabulary, width), position=nn.Embedding(length, width),
        blocks=nn.ModuleList(
            nn.TransformerEncoderLayer(width, heads, 4 * width, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
            for _ in range(depth)),
        norm=nn.LayerNorm(width), head=nn.Linear(width, vocabulary))
    paths = {"token": "layers.0", "position": "layers.1", "norm": "layers.3", "head": "layers.4"}
    for block in range(depth):
        theirs, ours = f"blocks.{block}", f"layers.2.{block}"
        paths |= attention_paths(f"{theirs}.self_attn", f"{ours}.0.1")
        paths |= {f"{theirs}.norm1": f"{ours}.0.0", f"{theirs}.norm2": f"{ours}.1.0"}
        paths |= {f"{theirs}.linear1": f"{ours}.1.1", f"{theirs}.linear2": f"{ours}.1.3"}
    tokens, targets = torch.randint(0, vocabulary, (20, length)), torch.randint(0, vocabulary, (20, length))
    write("transformer", model, paths, tokens, targets, 8,
          lambda y, t: nn.functional.cross_entropy(y, t.flatten()), torch.optim.AdamW(model.parameters(), lr=1e-3, eps=1e-4))


def layer_norm():
    torch.manual_seed(15)
    model = nn.Sequential(nn.Linear(9, 21), nn.LayerNorm(21, eps=1e-3), nn.Tanh(), nn.LayerNorm(21), nn.Linear(21, 10))
    write("layer-norm", model, {str(i): f"layers.{i}" for i in range(5)}, *images(30, 9), 12,
          nn.CrossEntropyLoss(), torch.optim.AdamW(model.parameters(), lr=0.01))


def group_norm():
    torch.manual_seed(16)
    model = nn.Sequential(
        nn.Conv2d(2, 12, 3), nn.GroupNorm(3, 12), nn.SiLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.GroupNorm(2, 12, eps=1e-3),
        nn.Linear(12, 10))
    paths = {"0": "layers.0", "1": "layers.1", "5": "layers.4", "6": "layers.5"}
    write("group-norm", model, paths, *images(30, 2, 5, 6), 12,
          nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9))


def softmax():
    torch.manual_seed(17)
    model = nn.Sequential(nn.Linear(7, 19), nn.Softmax(-1), nn.Linear(19, 10))
    write("softmax", model, {"0": "layers.0", "2": "layers.2"}, *images(30, 7), 12,
          nn.CrossEntropyLoss(), torch.optim.AdamW(model.parameters(), lr=0.01))


def reshape():
    torch.manual_seed(18)
    model = nn.Sequential(nn.Linear(18, 24), nn.Unflatten(1, (2, 3, 4)), nn.Conv2d(2, 5, 2), nn.ReLU(), nn.Flatten(), nn.Linear(30, 10))
    write("reshape", model, {"0": "layers.0", "2": "layers.2", "5": "layers.5"}, *images(30, 18), 12,
          nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9))


def attention(causal, length=11, width=12, heads=3):
    torch.manual_seed(19 + causal)
    mask = torch.triu(torch.full((length, length), float("-inf")), 1) if causal else None

    def forward(self, tokens):
        x = self.token(tokens.long()) + self.position.weight
        return self.head(self.attention(x, x, x, need_weights=False, attn_mask=mask)[0].flatten(1))

    model = Call(
        forward, token=nn.Embedding(9, width), position=nn.Embedding(length, width),
        attention=nn.MultiheadAttention(width, heads, batch_first=True), head=nn.Linear(length * width, 10))
    paths = {"token": "layers.0", "position": "layers.1", "head": "layers.4"} | attention_paths("attention", "layers.2")
    write("attention-causal" if causal else "attention-full", model, paths,
          torch.randint(0, 9, (30, length)), torch.randint(0, 10, (30,)), 12,
          nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9))


def gru_last():
    torch.manual_seed(21)
    model = Call(lambda self, x: self.head(self.gru(x)[1][0]), gru=nn.GRU(5, 17, batch_first=True), head=nn.Linear(17, 10))
    write("gru-last", model, gru_paths("gru", "layers.0") | {"head": "layers.1"}, *images(30, 7, 5), 12,
          nn.CrossEntropyLoss(), torch.optim.AdamW(model.parameters(), lr=0.01))


def gru_sequence():
    torch.manual_seed(22)
    model = Call(
        lambda self, x: self.head(self.gru(self.token(x.long()))[0]).flatten(0, 1),
        token=nn.Embedding(9, 6), gru=nn.GRU(6, 13, batch_first=True), head=nn.Linear(13, 9))
    tokens = torch.randint(0, 9, (30, 8))
    write("gru-sequence", model, {"token": "layers.0", "head": "layers.2"} | gru_paths("gru", "layers.1"), tokens, tokens.roll(1, 1), 12,
          lambda y, t: nn.functional.cross_entropy(y, t.flatten()), torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9))


if __name__ == "__main__":
    torch.set_num_threads(1)
    mlp()
    cnn()
    digits()
    transformer()
    layer_norm()
    group_norm()
    softmax()
    reshape()
    attention(causal=False)
    attention(causal=True)
    gru_last()
    gru_sequence()
