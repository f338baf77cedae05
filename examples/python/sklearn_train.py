"""Trains a scikit-learn network on the digits, one trial of a DurableTrainer experiment. Needs scikit-learn (Debian: python3-sklearn)."""

import argparse
import json
import os
import pickle
import signal

import numpy
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier

parser = argparse.ArgumentParser()
parser.add_argument("data", help="rows of 64 pixels from 0 to 16 and a digit, as CSV, compressed with gzip")
parser.add_argument("--units", type=int, required=True)
parser.add_argument("--batch", type=int, required=True)
arguments = parser.parse_args()

folder = os.environ["DTRAIN_CHECKPOINT"]
last_epoch = int(os.environ["DTRAIN_TO_EPOCH"])
with open(os.environ["DTRAIN_POINT"]) as file:
    point = json.load(file)

# Asked to end: finish the epoch, so that nothing of it is lost.
is_ending = False


def end(signal_number, frame):
    global is_ending
    is_ending = True


signal.signal(signal.SIGTERM, end)


def load(path):
    """What an earlier slice kept, or a new network."""
    if os.path.exists(path):
        with open(path, "rb") as file:
            return pickle.load(file)
    network = MLPClassifier(
        hidden_layer_sizes=(arguments.units,), batch_size=arguments.batch, learning_rate_init=point["learningRate"],
        alpha=point["decay"], random_state=int(os.environ["DTRAIN_SEED"]) % 2**32)
    return {"epoch": 0, "network": network}


def keep(state, path):
    """Written beside and renamed, so that a kill at any moment leaves the old file or the new one."""
    with open(path + ".new", "wb") as file:
        pickle.dump(state, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


def measure(network, samples, part):
    pixels, digits = samples
    return {
        part + ".loss": log_loss(digits, network.predict_proba(pixels), labels=range(10)),
        part + ".accuracy": float(network.score(pixels, digits)),
    }


rows = numpy.loadtxt(arguments.data, delimiter=",")
numpy.random.default_rng(1).shuffle(rows)
pixels, digits = rows[:, :-1] / 16, rows[:, -1].astype(int)
training, validation, test = [(pixels[part], digits[part]) for part in (slice(1257), slice(1257, 1617), slice(1617, None))]

path = os.path.join(folder, "network.pickle")
state = load(path)
while state["epoch"] < last_epoch and not is_ending:
    # One pass over the samples; the network keeps its optimizer and its random state from one to the next.
    state["network"].partial_fit(*training, classes=range(10))
    state["epoch"] += 1
    metrics = {**measure(state["network"], validation, "validation"), **measure(state["network"], test, "test")}
    # First what to go on from, then the report: what is in the folder when an epoch is reported belongs to it.
    keep(state, path)
    print(json.dumps({"epoch": state["epoch"], **metrics}), flush=True)
