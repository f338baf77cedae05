using System.Text;
using DurableTrainer.Api.Http;
using DurableTrainer.Api.Problems;
using DurableTrainer.Api.Views;
using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Slices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DurableTrainer.Api.Endpoints;

/// <summary>Shows trials and what they measured.</summary>
internal static class TrialEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/experiments/{id}/trials", ListAsync).WithName("ListTrials").WithSummary("The trials of an experiment, by number.")
            .Produces<IReadOnlyList<TrialView>>().Problems(404);
        routes.MapGet("/api/experiments/{id}/trials/{trial:int:min(0)}", GetAsync).WithName("GetTrial").WithSummary("A trial.")
            .Produces<TrialView>().Problems(404);
        routes.MapGet("/api/experiments/{id}/trials/{trial:int:min(0)}/metrics", MetricsAsync).WithName("GetMetrics")
            .WithSummary("What each epoch of a trial measured, from an epoch on; as JSON or CSV.")
            .Produces<IReadOnlyList<EpochReport>>(200, "application/json", Csv.ContentType).Problems(400, 404);
    }

    private static async Task<IResult> ListAsync(string id, ApiServices api, CancellationToken cancellation) =>
        JsonAnswer.Of(await api.Catalog.TrialsAsync(id, cancellation));

    private static async Task<IResult> GetAsync(string id, int trial, ApiServices api, CancellationToken cancellation) =>
        JsonAnswer.Of(await RequireAsync(id, trial, api, cancellation));

    private static async Task<IResult> MetricsAsync(string id, int trial, int? from, HttpContext context, ApiServices api, CancellationToken cancellation)
    {
        await RequireAsync(id, trial, api, cancellation);
        if (from < 0)
            throw new ApiException(400, "bad-query", "Not a query", "from must be an epoch, counted from 1.");
        var reports = await MetricsLog.ReadAsync(api.Store, id, trial, cancellation);
        reports = [.. reports.Where(report => report.Epoch >= (from ?? 0))];
        context.Response.Headers.Vary = "Accept";
        return Accepted.Prefers(context.Request, Csv.ContentType, "application/json") ? new RepresentationAnswer(new(Encoding.UTF8.GetBytes(MetricsTable.Of(reports)), Csv.ContentType + "; charset=utf-8")) : JsonAnswer.Of(reports);
    }

    private static async Task<TrialView> RequireAsync(string id, int trial, ApiServices api, CancellationToken cancellation) =>
        (await api.Catalog.TrialsAsync(id, cancellation)).FirstOrDefault(view => view.Trial == trial)
            ?? throw new ApiException(KnownProblems.Of(404, $"Experiment '{id}' has no trial {trial}."));
}
