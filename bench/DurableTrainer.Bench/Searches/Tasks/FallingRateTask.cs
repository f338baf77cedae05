using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DurableTrainer.Core.Randomness;

namespace DurableTrainer.Bench.Searches.Tasks;

/// <summary>
/// Linear regression by plain stochastic gradient descent, where no constant learning rate is good: what depends on small inputs is learned
/// in time with a high one alone, and as targets are noisy and batches small, the loss stays above its least by an amount that is
/// proportional to the rate.
/// </summary>
internal sealed class FallingRateTask() : TrainingTask(TaskName)
{
    public const string TaskName = "falling-rate";

    /// <summary>Rates that are held through all epochs to see which is best when.</summary>
    public static IReadOnlyList<double> ConstantRates { get; } = [0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005];

    public const int Epochs = 27;

    private const int Rows = 7500;

    /// <summary>Inputs of deviation 1, which make the noise of the gradient large, and as many of smaller ones.</summary>
    private const int Inputs = 16;

    /// <summary>Deviation of the last of the others; the first has 1, and each is smaller than the one before by the same factor.</summary>
    private const double SmallestScale = 0.07;

    /// <summary>What each input adds to the targets, as a deviation; the noise has 1.</summary>
    private const double Share = 0.5;

    private const string DataFile = "regression.csv";

    public override string Measure => "loss";

    /// <summary>The loss goes up and down from epoch to epoch: the best of many would be luck.</summary>
    public override bool AnyEpochCounts => false;

    public override bool IsMaximised => false;

    /// <summary>A hundredth of the noise's variance.</summary>
    public override double Tolerance => 0.01;

    public override IReadOnlyList<Arm> Arms => [Arm.Full, Arm.Asha, Arm.Pbt, Arm.Pb2, Arm.PbtAlone, Arm.Pb2Alone];

    public override TimeSpan? Deadline => TimeSpan.FromSeconds(20);

    public override IReadOnlyDictionary<string, string> Files(int seed) => new Dictionary<string, string> { [DataFile] = Data(seed) };

    public override JsonObject Spec(int seed)
    {
        var spec = JsonNode.Parse("""
            {
              "name": "falling-rate",
              "objective": { "metric": "validation.loss", "reduce": "last" },
              "space": [{ "name": "learningRate", "type": "float", "min": 1e-4, "max": 0.05, "scale": "log", "adjustable": true }],
              "training": {
                "data": { "type": "csv", "label": -1, "split": { "validation": 0.2, "test": 0.2 } },
                "model": { "layers": [{ "type": "linear", "units": 1 }] },
                "loss": "meanSquaredError",
                "optimizer": { "type": "sgd", "learningRate": "$learningRate" },
                "batchSize": 2
              },
              "budget": { "trials": 400, "parallel": 2 }
            }
            """)!.AsObject();
        spec["seed"] = seed;
        spec["training"]!["data"]!["path"] = DataFile;
        spec["training"]!["epochs"] = Epochs;
        return spec;
    }

    /// <summary>One trial for each of <see cref="ConstantRates"/>, in their order.</summary>
    public JsonObject ConstantSpec(int seed)
    {
        var spec = Spec(seed);
        Arm.Full.AddTo(spec, Reduction, EveryEpochs);
        spec["tuner"]!["points"] = new JsonArray([.. ConstantRates.Select(rate => new JsonObject { ["learningRate"] = rate })]);
        spec["budget"]!["trials"] = ConstantRates.Count;
        return spec;
    }

    private static string Data(int seed)
    {
        var (random, text) = (new KeyedRandom(seed, "bench/falling-rate"), new StringBuilder());
        double[] scales =
        [
            .. Enumerable.Repeat(1.0, Inputs), .. Enumerable.Range(0, Inputs).Select(i => Math.Pow(SmallestScale, i / (Inputs - 1.0))),
        ];
        double[] weights = [.. scales.Select(scale => (random.NextDouble() < 0.5 ? -Share : Share) / scale)];
        for (var row = 0; row < Rows; row++)
        {
            var target = random.NextGaussian();
            for (var i = 0; i < scales.Length; i++)
            {
                var input = scales[i] * random.NextGaussian();
                target += weights[i] * input;
                text.Append(CultureInfo.InvariantCulture, $"{input:0.#####},");
            }

            text.Append(CultureInfo.InvariantCulture, $"{target:0.#####}\n");
        }

        return text.ToString();
    }
}
