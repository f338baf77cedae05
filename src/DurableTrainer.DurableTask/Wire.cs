using System.Text.Json;
using DurableTrainer.Durable;

namespace DurableTrainer.DurableTask;

/// <summary>
/// Messages as they are handed to Durable Task: JSON elements made with <see cref="DurableJson.Options"/>, which every converter of a host
/// passes on unchanged, whatever its own options are.
/// </summary>
internal static class Wire
{
    public static JsonElement Write<T>(T value) => JsonSerializer.SerializeToElement(value, DurableJson.Options);

    public static JsonElement Write(object value) => JsonSerializer.SerializeToElement(value, value.GetType(), DurableJson.Options);

    public static T Read<T>(JsonElement? element) => element is { } json ? json.Deserialize<T>(DurableJson.Options)! : default!;

    public static JsonElement? Parse(string? json) => json is null ? null : JsonSerializer.Deserialize<JsonElement>(json, DurableJson.Options);

    public static string? Text(JsonElement? element) => element?.GetRawText();
}
