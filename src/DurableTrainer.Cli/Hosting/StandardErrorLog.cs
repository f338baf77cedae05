using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Cli.Hosting;

/// <summary>Log lines on standard error, for <c>--verbose</c>.</summary>
/// <param name="asJson">Whether each line is a JSON object, with what is named in the message as fields of its own.</param>
internal sealed class StandardErrorLog(bool asJson) : ILoggerProvider
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, asJson);

    public void Dispose()
    {
    }

    private static string Text(string category, LogLevel level, string message, Exception? exception) =>
        $"{Name(level)}: {category}: {message}{(exception is null ? "" : Environment.NewLine + exception)}";

    private static string Json(string category, LogLevel level, string message, Exception? exception, object? state)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("time", TimeProvider.System.GetUtcNow());
            writer.WriteString("level", Name(level));
            writer.WriteString("category", category);
            writer.WriteString("message", message);
            if (exception is not null)
                writer.WriteString("exception", exception.ToString());
            foreach (var (name, value) in state as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
                Write(writer, name == "{OriginalFormat}" ? "template" : JsonNamingPolicy.CamelCase.ConvertName(name), value);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter writer, string name, object? value)
    {
        switch (value)
        {
            case null:
                break;
            case int or long:
                writer.WriteNumber(name, Convert.ToInt64(value, null));
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumber(name, number);
                break;
            default:
                writer.WriteString(name, value.ToString());
                break;
        }
    }

    private static string Name(LogLevel level) => level.ToString().ToLowerInvariant();

    private sealed class Logger(string category, bool asJson) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var message = formatter(state, exception);
            Console.Error.WriteLine(asJson ? Json(category, logLevel, message, exception, state) : Text(category, logLevel, message, exception));
        }
    }
}
