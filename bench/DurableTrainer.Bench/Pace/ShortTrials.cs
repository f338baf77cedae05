using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DurableTrainer.Core.Randomness;

namespace DurableTrainer.Bench.Pace;

/// <summary>An experiment whose trials take some milliseconds: a tiny model on few samples, at most three epochs, halved.</summary>
internal static class ShortTrials
{
    private const string DataFile = "points.csv";
    private const int Rows = 300;

    public static IReadOnlyDictionary<string, string> Files { get; } = new Dictionary<string, string> { [DataFile] = Data() };

    public static JsonObject Spec(string agent, int trials, int parallel)
    {
        var spec = JsonNode.Parse("""
            {
              "name": "pace", "seed": 1,
              "objective": { "metric": "validation.loss" },
              "space": [
                { "name": "learningRate", "type": "float", "min": 1e-4, "max": 0.3, "scale": "log" },
                { "name": "momentum", "type": "float", "min": 0, "max": 0.95 },
                { "name": "weightDecay", "type": "float", "min": 1e-6, "max": 1e-2, "scale": "log" },
                { "name": "width", "type": "int", "min": 2, "max": 16 },
                { "name": "activation", "type": "choice", "values": ["relu", "tanh"] },
                { "name": "batchSize", "type": "ordinal", "values": [16, 32, 64] }
              ],
              "training": {
                "data": { "type": "csv", "label": -1, "split": { "validation": 0.25 } },
                "model": { "layers": [{ "type": "linear", "units": "$width" }, { "type": "$activation" }, { "type": "linear", "units": 2 }] },
                "loss": "crossEntropy",
                "optimizer": { "type": "sgd", "learningRate": "$learningRate", "momentum": "$momentum", "weightDecay": "$weightDecay" },
                "batchSize": "$batchSize",
                "epochs": 3
              },
              "scheduler": { "type": "asha", "minEpochs": 1, "reduction": 3 }
            }
            """)!.AsObject();
        spec["training"]!["data"]!["path"] = DataFile;
        spec["tuner"] = new JsonObject { ["agent"] = agent };
        spec["budget"] = new JsonObject { ["trials"] = trials, ["parallel"] = parallel };
        return spec;
    }

    /// <summary>Two classes whose border is no straight line.</summary>
    private static string Data()
    {
        var (random, text) = (new KeyedRandom(1, "bench/pace"), new StringBuilder());
        for (var row = 0; row < Rows; row++)
        {
            double[] inputs = [.. Enumerable.Range(0, 4).Select(_ => random.NextGaussian())];
            var isInside = inputs[0] * inputs[1] + 0.5 * inputs[2] + 0.3 * random.NextGaussian() > 0;
            foreach (var input in inputs)
                text.Append(CultureInfo.InvariantCulture, $"{input:0.####},");
            text.Append(isInside ? "1\n" : "0\n");
        }

        return text.ToString();
    }
}
