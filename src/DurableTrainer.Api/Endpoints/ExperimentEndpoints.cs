using System.Globalization;
using System.Text;
using System.Text.Json;
using DurableTrainer.Api.Http;
using DurableTrainer.Api.Problems;
using DurableTrainer.Api.Views;
using DurableTrainer.Core.Spec;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Submission;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace DurableTrainer.Api.Endpoints;

/// <summary>Submits, lists and shows experiments.</summary>
internal static class ExperimentEndpoints
{
    private const int DefaultLimit = 50;
    private const int MostAtOnce = 500;

    /// <summary>Reading data and building models takes a processor: strangers may not take them all.</summary>
    private static readonly SemaphoreSlim Preparing = new(2);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/experiments", SubmitAsync).WithName("SubmitExperiment")
            .WithSummary("Submits an experiment: the body is an experiment file, JSON or YAML.")
            .Accepts<ExperimentSpec>(isOptional: true, "application/json", "text/json", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")
            .Produces<Submitted>(StatusCodes.Status202Accepted).Problems(400, 409, 413, 415, 422);
        routes.MapGet("/api/experiments", ListAsync).WithName("ListExperiments").WithSummary("Experiments, newest first, a page at a time.")
            .Produces<Page<ExperimentView>>().Problems(400);
        routes.MapGet("/api/experiments/{id}", GetAsync).WithName("GetExperiment").WithSummary("How an experiment stands.")
            .Produces<ExperimentDetails>().Problems(404);
        routes.MapGet("/api/experiments/{id}/spec", SpecAsync).WithName("GetSpec").WithSummary("The spec of an experiment, completed.")
            .Produces<ExperimentSpec>().Problems(404);
    }

    private static async Task<IResult> SubmitAsync(
        HttpContext context, ApiServices api, [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey, CancellationToken cancellation)
    {
        if (idempotencyKey is { Length: 0 or > Submissions.LongestKey })
            throw new ApiException(400, "bad-key", "Not an idempotency key", $"An Idempotency-Key has 1 to {Submissions.LongestKey} characters.");
        var (text, isYaml) = await TextBody.ReadAsync(context.Request, cancellation);
        var experiment = await PrepareAsync(api, text, isYaml, cancellation);
        if (idempotencyKey is not null && await api.Submissions.FindAsync(experiment, idempotencyKey, cancellation) is not null)
            return Accepted(context, await api.Submissions.SubmitAsync(experiment, idempotencyKey, cancellation));

        if (experiment.Spec.Quota.OnExceed == OnExceed.Reject && await api.Experiments.WouldExceedAsync(experiment, cancellation) is { Count: > 0 } exceeded)
        {
            var problem = ApiProblem.Of(
                StatusCodes.Status422UnprocessableEntity,
                "quota",
                "The quota has no room for it",
                $"The quota of tenant '{experiment.Spec.Quota.Tenant}' is exceeded: {string.Join("; ", exceeded.Select(excess => excess.ToString()))}.");
            throw new ApiException(problem with { Exceeded = exceeded });
        }

        return Accepted(context, idempotencyKey is null
            ? await api.Experiments.SubmitAsync(experiment, cancellation)
            : await api.Submissions.SubmitAsync(experiment, idempotencyKey, cancellation));
    }

    private static async Task<PreparedExperiment> PrepareAsync(ApiServices api, string text, bool isYaml, CancellationToken cancellation)
    {
        await Preparing.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => PreparedExperiment.Parse(text, isYaml, api.Data.Folder, api.Pools, api.Allowed, api.Files), cancellation);
        }
        finally
        {
            Preparing.Release();
        }
    }

    private static IResult Accepted(HttpContext context, string id)
    {
        var status = $"/api/experiments/{id}";
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers.Location = status;
        return JsonAnswer.Of(new Submitted(id, status, status + "/events"));
    }

    private static async Task<IResult> ListAsync(
        ApiServices api, string? status, string? name, int? limit, string? continuation, CancellationToken cancellation)
    {
        if (limit is < 1 or > MostAtOnce)
            throw new ApiException(400, "bad-query", "Not a query", $"limit must be a number from 1 to {MostAtOnce}.");
        ExperimentStatus? wanted = null;
        if (status is not null)
        {
            wanted = status.Length > 0 && char.IsAsciiLetter(status[0]) && Enum.TryParse<ExperimentStatus>(status, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed)
                ? parsed
                : throw new ApiException(400, "bad-query", "Not a query", $"status must be one of {string.Join(", ", Enum.GetNames<ExperimentStatus>().Select(JsonNamingPolicy.CamelCase.ConvertName))}.");
        }

        var after = continuation is null ? null : Continuation.Parse(continuation);
        var views = new List<ExperimentView>();
        foreach (var view in await api.Catalog.ListAsync(name, cancellation))
        {
            if (after is not null && !after.IsBefore(view))
                continue;
            var shown = await WithWorkflowAsync(api, view, cancellation);
            if (wanted is null || shown.Status == wanted)
                views.Add(shown);
            // One more tells that there is a next page.
            if (views.Count > (limit ?? DefaultLimit))
                break;
        }

        var page = views.Take(limit ?? DefaultLimit).ToList();
        return JsonAnswer.Of(new Page<ExperimentView>(page, views.Count > page.Count ? Continuation.After(page[^1]).ToString() : null));
    }

    private static async Task<IResult> GetAsync(string id, ApiServices api, CancellationToken cancellation)
    {
        var view = await api.Catalog.GetAsync(id, cancellation);
        // Others may wait for the same answer: who leaves does not end it.
        var answer = api.Statuses.GetAsync(id, view, async () => Representation.OfJson(await DetailsAsync(view, api, CancellationToken.None)));
        return JsonAnswer.Of(await answer.WaitAsync(cancellation));
    }

    private static async Task<ExperimentDetails> DetailsAsync(ExperimentView known, ApiServices api, CancellationToken cancellation)
    {
        var id = known.Id;
        var view = await WithWorkflowAsync(api, known, cancellation);
        var tenant = (await api.Catalog.SpecAsync(id, cancellation)).Quota.Tenant;
        var usage = view.IsOver ? await api.Catalog.UsageAsync(id, cancellation) : null;
        var ledger = view.IsOver ? null : await api.Experiments.LedgerAsync(tenant, cancellation);
        var holding = ledger?.Running.Concat(ledger.Waiting).FirstOrDefault(holding => holding.Experiment == id);
        return new ExperimentDetails(view)
        {
            Tenant = tenant,
            Usage = usage?.Total,
            Charged = holding?.Charged,
            Asked = holding?.Asked,
        };
    }

    private static async Task<IResult> SpecAsync(string id, ApiServices api, CancellationToken cancellation) =>
        JsonAnswer.Of(await api.Catalog.SpecAsync(id, cancellation));

    /// <summary>The events of an experiment do not tell whether its workflow waits for a user.</summary>
    internal static async Task<ExperimentView> WithWorkflowAsync(ApiServices api, ExperimentView view, CancellationToken cancellation) =>
        view.IsOver ? view : (await api.Experiments.StateAsync(view.Id, cancellation))?.Status switch
        {
            InstanceStatus.Suspended => view with { Status = ExperimentStatus.Paused },
            _ => view,
        };

    /// <summary>Where a page ends: experiments are ordered by start and then by id, both backwards.</summary>
    private sealed record Continuation(DateTimeOffset Since, string Id)
    {
        public static Continuation After(ExperimentView view) => new(view.Since, view.Id);

        public static Continuation Parse(string text)
        {
            try
            {
                if (Encoding.UTF8.GetString(Convert.FromBase64String(text)).Split(' ') is [var ticks, var id])
                    return new(new DateTimeOffset(long.Parse(ticks, NumberStyles.None, CultureInfo.InvariantCulture), TimeSpan.Zero), id);
            }
            catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException)
            {
                // Said below.
            }

            throw new ApiException(400, "bad-query", "Not a query", "continuation must be what the page before gave.");
        }

        /// <summary>Whether an experiment comes on a later page.</summary>
        public bool IsBefore(ExperimentView view) =>
            view.Since < Since || (view.Since == Since && string.CompareOrdinal(view.Id, Id) < 0);

        public override string ToString() =>
            Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Since.UtcTicks} {Id}")));
    }
}
