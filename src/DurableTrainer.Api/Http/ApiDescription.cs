using System.Text.Json;
using DurableTrainer.Experiments.Artifacts;
using Microsoft.AspNetCore.OpenApi;

namespace DurableTrainer.Api.Http;

/// <summary>The description of the API in OpenAPI, at <c>/openapi/v1.json</c>.</summary>
internal static class ApiDescription
{
    public const string Document = "v1";

    public static void Configure(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info.Title = "DurableTrainer";
        document.Info.Version = Document;
        document.Info.Description = "Tunes and trains machine-learning models as durable workflows. Errors are problem documents (RFC 9457).";
        document.Servers?.Clear();
        return Task.CompletedTask;
    });

    /// <summary>Describes types as the answers write them.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        var line = ArtifactJson.Line;
        options.PropertyNamingPolicy = line.PropertyNamingPolicy;
        options.DefaultIgnoreCondition = line.DefaultIgnoreCondition;
        options.Encoder = line.Encoder;
        options.NumberHandling = line.NumberHandling;
        foreach (var converter in line.Converters)
            options.Converters.Add(converter);
    }
}
