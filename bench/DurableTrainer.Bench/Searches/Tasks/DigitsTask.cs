using System.Text.Json.Nodes;

namespace DurableTrainer.Bench.Searches.Tasks;

/// <summary>Handwritten digits, 8×8 pixels: a small convolutional network, 40 trials of 54 epochs, two at a time.</summary>
internal class DigitsTask(string name = "digits") : TrainingTask(name)
{
    public override string Measure => "accuracy";

    public override bool AnyEpochCounts => true;

    public override bool IsMaximised => true;

    /// <summary>0.3 points.</summary>
    public override double Tolerance => 0.003;

    public override IReadOnlyList<Arm> Arms => [Arm.Random, Arm.Full, Arm.FullAllocation, Arm.Asha, Arm.AshaAllocation, Arm.Pbt, Arm.Pb2];

    public override JsonObject Spec(int seed)
    {
        var spec = JsonNode.Parse("""
            {
              "objective": { "metric": "validation.accuracy" },
              "space": [
                { "name": "optimizer", "type": "choice", "values": ["sgd", "adamw"] },
                { "name": "learningRate", "type": "float", "min": 1e-4, "max": 0.3, "scale": "log", "adjustable": true },
                { "name": "momentum", "type": "float", "min": 0, "max": 0.98, "when": { "optimizer": ["sgd"] } },
                { "name": "weightDecay", "type": "float", "min": 1e-6, "max": 1e-2, "scale": "log" },
                { "name": "batchSize", "type": "ordinal", "values": [16, 32, 64, 128] },
                { "name": "width", "type": "int", "min": 4, "max": 16, "step": 4 },
                { "name": "dropout", "type": "float", "min": 0, "max": 0.5 }
              ],
              "training": {
                "data": { "type": "csv", "label": -1, "shape": [1, 8, 8], "scale": 0.0625, "split": { "validation": 0.3, "test": 0.1 } },
                "model": {
                  "layers": [
                    { "type": "conv2d", "filters": "$width", "kernel": 3, "padding": 1 }, { "type": "relu" }, { "type": "maxPool2d", "size": 2 },
                    { "type": "conv2d", "filters": "$width * 2", "kernel": 3, "padding": 1 }, { "type": "relu" }, { "type": "maxPool2d", "size": 2 },
                    { "type": "flatten" }, { "type": "dropout", "rate": "$dropout" }, { "type": "linear", "units": 10 }
                  ]
                },
                "loss": "crossEntropy",
                "optimizer": { "type": "$optimizer", "learningRate": "$learningRate", "momentum": "$momentum", "weightDecay": "$weightDecay" },
                "batchSize": "$batchSize",
                "epochs": 54
              },
              "budget": { "trials": 40, "parallel": 2 }
            }
            """)!.AsObject();
        spec["name"] = Name;
        spec["seed"] = seed;
        spec["training"]!["data"]!["path"] = Path.Combine(AppContext.BaseDirectory, "optdigits.csv.gz");
        return spec;
    }
}
