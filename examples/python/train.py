"""Trains a softmax classifier on the digits, one trial of a DurableTrainer experiment. Python 3.8 or later; no packages."""

import argparse
import csv
import gzip
import json
import math
import os
import random
import signal
import sys

parser = argparse.ArgumentParser()
parser.add_argument("data", help="rows of 64 pixels from 0 to 16 and a digit, as CSV, compressed with gzip")
parser.add_argument("--batch", type=int, required=True)
arguments = parser.parse_args()

folder = os.environ["DTRAIN_CHECKPOINT"]
last_epoch = int(os.environ["DTRAIN_TO_EPOCH"])
seed = int(os.environ["DTRAIN_SEED"])
# Values that may change while a trial runs are read from its point each time the program starts.
with open(os.environ["DTRAIN_POINT"]) as file:
    point = json.load(file)

# Asked to end: finish the epoch, so that nothing of it is lost.
is_ending = False


def end(signal_number, frame):
    global is_ending
    is_ending = True


signal.signal(signal.SIGTERM, end)


def read(path):
    """The samples, always in the same order and parts: pixels from 0 to 1 with a 1 for the bias, and the digit."""
    with gzip.open(path, "rt", newline="") as rows:
        samples = [([int(pixel) / 16 for pixel in row[:-1]] + [1.0], int(row[-1])) for row in csv.reader(rows)]
    random.Random(1).shuffle(samples)
    return samples[:1257], samples[1257:1617], samples[1617:]


def predict(weights, pixels):
    """The probability of each digit."""
    scores = [sum(map(float.__mul__, row, pixels)) for row in weights]
    highest = max(scores)
    shares = [math.exp(score - highest) for score in scores]
    total = sum(shares)
    return [share / total for share in shares]


def measure(weights, samples, part):
    """Mean loss and accuracy."""
    loss, right = 0.0, 0
    for pixels, digit in samples:
        shares = predict(weights, pixels)
        loss -= math.log(max(shares[digit], 1e-300))
        right += shares.index(max(shares)) == digit
    return {part + ".loss": loss / len(samples), part + ".accuracy": right / len(samples)}


def train(state, samples, epoch):
    """One pass over the samples by stochastic gradient descent with momentum."""
    weights, velocity = state["weights"], state["velocity"]
    samples = samples[:]
    # The order depends on the epoch alone, so that a trial that goes on is the same as one that was never stopped.
    random.Random(seed * 1000 + epoch).shuffle(samples)
    for start in range(0, len(samples), arguments.batch):
        batch = samples[start:start + arguments.batch]
        gradient = [[point["decay"] * weight for weight in row] for row in weights]
        for pixels, digit in batch:
            for index, share in enumerate(predict(weights, pixels)):
                error = (share - (index == digit)) / len(batch)
                gradient[index] = [slope + error * pixel for slope, pixel in zip(gradient[index], pixels)]
        for index in range(10):
            velocity[index] = [point["momentum"] * speed + slope for speed, slope in zip(velocity[index], gradient[index])]
            weights[index] = [weight - point["learningRate"] * speed for weight, speed in zip(weights[index], velocity[index])]


def load(path):
    if os.path.exists(path):
        with open(path) as file:
            return json.load(file)
    return {"epoch": 0, "weights": [[0.0] * 65 for _ in range(10)], "velocity": [[0.0] * 65 for _ in range(10)]}


def keep(state, path):
    """Written beside and renamed, so that a kill at any moment leaves the old file or the new one."""
    with open(path + ".new", "w") as file:
        json.dump(state, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


training, validation, test = read(arguments.data)
path = os.path.join(folder, "model.json")
state = load(path)
print("goes on after epoch", state["epoch"], "with", point, file=sys.stderr)
while state["epoch"] < last_epoch and not is_ending:
    epoch = state["epoch"] + 1
    train(state, training, epoch)
    state["epoch"] = epoch
    metrics = {**measure(state["weights"], validation, "validation"), **measure(state["weights"], test, "test")}
    # First what to go on from, then the report: what is in the folder when an epoch is reported belongs to it.
    keep(state, path)
    print(json.dumps({"epoch": epoch, **metrics}), flush=True)
