using System.Text.Json.Nodes;

namespace DurableTrainer.Bench.Searches.Tasks;

/// <summary>
/// The digits with a network so wide and batches so large that a second thread is worth having, trials so long that training is nearly all
/// that takes time, and so few of them that the last one, which is mostly the best, trains alone for a while.
/// </summary>
internal sealed class WideDigitsTask() : DigitsTask("wide-digits")
{
    public override IReadOnlyList<Arm> Arms => [Arm.Full, Arm.FullAllocation, Arm.Asha, Arm.AshaAllocation];

    public override JsonObject Spec(int seed)
    {
        var spec = base.Spec(seed);
        foreach (var parameter in spec["space"]!.AsArray().Select(parameter => parameter!.AsObject()))
        {
            if ((string?)parameter["name"] == "batchSize")
                parameter["values"] = new JsonArray(128, 256);
            if ((string?)parameter["name"] == "width")
                (parameter["min"], parameter["max"]) = (56, 64);
        }

        spec["training"]!["epochs"] = 108;
        spec["budget"]!["trials"] = 9;
        return spec;
    }
}
