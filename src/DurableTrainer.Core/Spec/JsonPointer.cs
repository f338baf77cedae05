using System.Globalization;
using System.Text.Json.Nodes;

namespace DurableTrainer.Core.Spec;

/// <summary>Places in a JSON document as RFC 6901 writes them.</summary>
internal static class JsonPointer
{
    public static string Member(string pointer, string name) =>
        $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    public static string Item(string pointer, int index) => string.Create(CultureInfo.InvariantCulture, $"{pointer}/{index}");

    /// <summary>Numbers the places of a document in the order in which they are written.</summary>
    public static void Number(JsonNode? node, string pointer, Dictionary<string, int> places)
    {
        places[pointer] = places.Count;
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members)
                Number(value, Member(pointer, name), places);
        }
        else if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
                Number(items[i], Item(pointer, i), places);
        }
    }
}
