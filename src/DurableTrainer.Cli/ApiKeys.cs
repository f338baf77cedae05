namespace DurableTrainer.Cli;

/// <summary>Where users keep the key of a server.</summary>
internal static class ApiKeys
{
    public const string Variable = "DTRAIN_API_KEY";

    /// <param name="file">The file that has it; the environment is asked when null.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="UsageException">The file cannot be read, or is empty.</exception>
    public static string? Read(string? file)
    {
        if (file is null)
            return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } key ? key : null;
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } text ? text : throw new UsageException($"'{file}' holds no API key.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The API key cannot be read: {exception.Message}");
        }
    }
}
