using System.Text.Json;

namespace DurableTrainer.Workers.Telemetry;

/// <summary>Values of enumerations as attributes have them: as events and artifacts do.</summary>
public static class Words
{
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
