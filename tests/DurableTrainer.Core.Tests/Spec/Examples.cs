namespace DurableTrainer.Core.Tests.Spec;

/// <summary>Files that tests read and change.</summary>
internal static class Examples
{
    /// <summary>The smallest experiment.</summary>
    public const string Small = """
        {
          "objective": { "metric": "validation.accuracy" },
          "space": [ { "name": "rate", "type": "float", "min": 0.001, "max": 0.1, "scale": "log" } ],
          "training": {
            "data": { "type": "csv", "path": "digits.csv" },
            "model": { "layers": [ { "type": "linear", "units": 10 } ] },
            "loss": "crossEntropy",
            "optimizer": { "type": "adamw", "learningRate": "$rate" }
          }
        }
        """;

    /// <summary>Every section, as documented.</summary>
    public const string Whole = """
        {
          "name": "digits",                        // [a-z0-9-], up to 63
          "seed": 42,
          "objective": { "metric": "validation.accuracy", "goal": "maximize", "reduce": "best", "target": 0.995 },
          "space": [
            { "name": "optimizer",    "type": "choice",  "values": ["sgd", "adamw"] },
            { "name": "learningRate", "type": "float",   "min": 1e-4, "max": 0.3, "scale": "log", "adjustable": true },
            { "name": "momentum",     "type": "float",   "min": 0, "max": 0.99, "when": { "optimizer": ["sgd"] } },
            { "name": "batchSize",    "type": "ordinal", "values": [16, 32, 64, 128] },
            { "name": "width",        "type": "int",     "min": 8, "max": 64, "step": 8 }
          ],
          "constraints": ["width * batchSize <= 8192"],
          "training": {
            "data":  { "type": "csv", "path": "data/optdigits.csv.gz", "label": -1, "shape": [1, 8, 8], "scale": 0.0625,
                       "split": { "validation": 0.2, "test": 0.1 } },
            "model": { "layers": [
              { "type": "conv2d", "filters": "$width", "kernel": 3, "padding": 1 }, { "type": "relu" },
              { "type": "maxPool2d", "size": 2 }, { "type": "flatten" },
              { "type": "linear", "units": 64 }, { "type": "relu" }, { "type": "linear", "units": 10 } ] },
            "loss": "crossEntropy",
            "optimizer": { "type": "$optimizer", "learningRate": "$learningRate", "momentum": "$momentum" },
            "batchSize": "$batchSize",
            "epochs": 20,
            "parallel": { "mode": "single" }
          },
          "tuner":       { "agent": "bandit", "startup": 10, "points": [ { "learningRate": 0.01 } ], "transferFrom": [] },
          "scheduler":   { "type": "asha", "minEpochs": 1, "reduction": 3 },
          "adaptation":  { "type": "pb2", "everyEpochs": 3 },
          "convergence": { "rule": "regret", "minTrials": 20, "patience": 5 },
          "budget":      { "trials": 40, "parallel": 2, "wallClock": "PT30M", "cpuTime": "PT1H" },
          "quota":       { "pool": "cpu", "workers": 2, "onExceed": "reject" },
          "limits":      { "wallClock": "PT5M", "cpuTime": "PT5M", "memory": "1GiB", "parameters": 2000000 },
          "failure":     { "retries": 3, "maxFailedTrials": 5 },
          "retune":      { "schedule": "0 0 3 * * *", "promote": "ifBetter" },
        }
        """;
}
