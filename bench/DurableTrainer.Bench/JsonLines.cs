using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DurableTrainer.Bench;

/// <summary>What a bench found, one object a line, with the name of the bench first.</summary>
internal sealed class JsonLines(string bench, TextWriter output)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Write(JsonObject fields)
    {
        var line = new JsonObject { ["bench"] = bench };
        foreach (var (name, value) in fields)
            line.Add(name, value?.DeepClone());
        output.WriteLine(line.ToJsonString(Readable));
        output.Flush();
    }
}
