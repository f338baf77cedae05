using DurableTrainer.Api.Http;
using DurableTrainer.Api.Problems;
using DurableTrainer.Core.Spec;
using DurableTrainer.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace DurableTrainer.Api.Endpoints;

/// <summary>Hands over the best model of an experiment, and the promoted one of a name.</summary>
internal static class ModelEndpoints
{
    private const string Binary = "application/octet-stream";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/experiments/{id}/model", GetAsync).WithName("GetModel")
            .WithSummary("The best model: format is json (its description, the default), safetensors, onnx, or zip where a command trained it.")
            .Produces<byte[]>(200, Binary, "application/json", "application/zip").Problems(400, 404, 409);
        routes.MapGet("/api/models/{name}/champion", ChampionAsync).WithName("GetChampion")
            .WithSummary("The promoted model of an experiment name.").Produces<object>().Problems(404);
    }

    private static async Task<IResult> GetAsync(string id, string? format, ApiServices api, CancellationToken cancellation)
    {
        var view = await api.Catalog.GetAsync(id, cancellation);
        var (path, type) = format switch
        {
            null or "json" => (ArtifactPaths.ModelJson(id), "application/json"),
            "safetensors" => (ArtifactPaths.ModelSafetensors(id), Binary),
            "onnx" => (ArtifactPaths.ModelOnnx(id), Binary),
            "zip" => (ArtifactPaths.ModelCheckpoint(id), "application/zip"),
            _ => throw new ApiException(400, "bad-query", "Not a query", "format must be one of json, safetensors, onnx, zip."),
        };
        if (!view.IsOver)
            throw new ApiException(StatusCodes.Status409Conflict, "running", "The experiment has not ended", $"{id} has not ended; its model is there at its end.");
        var best = (await api.Catalog.ResultAsync(id, cancellation))?.Best
            ?? throw new ApiException(KnownProblems.Of(404, $"Experiment '{id}' has no model: {view.Reason}."));
        var content = await api.Store.ReadAsync(path, cancellation)
            ?? throw new ApiException(KnownProblems.Of(404, $"The model of '{id}' is not there in this format; it is kept as {Path.GetFileName(best.Model)} and model.json."));
        return new FileAnswer(content, type, Path.GetFileName(path));
    }

    private static async Task<IResult> ChampionAsync(string name, ApiServices api, CancellationToken cancellation)
    {
        if (!Names.IsName(name)
            || await api.Store.ReadAsync(ArtifactPaths.Champion(name), cancellation) is not { } champion)
        {
            throw new ApiException(KnownProblems.Of(404, "No model of that name has been promoted."));
        }

        return new FileAnswer(champion, "application/json", null);
    }

    /// <summary>Answers with a file, of which a client may ask for a part.</summary>
    private sealed class FileAnswer(byte[] content, string contentType, string? name) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var tag = new EntityTagHeaderValue(new Representation(content, contentType).Tag);
            httpContext.Response.Headers.CacheControl = "private, no-cache";
            return Results.Bytes(content, contentType, name, enableRangeProcessing: true, entityTag: tag).ExecuteAsync(httpContext);
        }
    }
}
