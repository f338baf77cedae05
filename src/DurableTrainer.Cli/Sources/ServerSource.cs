using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using DurableTrainer.Api.Views;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Tuning.Insight;

namespace DurableTrainer.Cli.Sources;

/// <summary>The experiments of a server.</summary>
internal sealed class ServerSource(ApiClient client) : ExperimentSource
{
    /// <summary>How long a server may be away while its events are followed, before that is told.</summary>
    private const int MostAttempts = 120;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);

    private static readonly (string Format, string Name)[] Formats =
        [("safetensors", "model.safetensors"), ("zip", "checkpoint.zip"), ("onnx", "model.onnx"), ("json", "model.json")];

    public override bool IsWorkedOn => true;

    public override async Task<IReadOnlyList<ExperimentView>> ListAsync(CancellationToken cancellation)
    {
        var views = new List<ExperimentView>();
        var query = "api/experiments?limit=500";
        Page<ExperimentView>? page = null;
        do
        {
            page = await client.GetAsync<Page<ExperimentView>>(page?.Continuation is { } next ? $"{query}&continuation={Uri.EscapeDataString(next)}" : query, cancellation);
            views.AddRange(page.Items);
        }
        while (page.Continuation is not null);
        return views;
    }

    public override async Task<ExperimentView> GetAsync(string id, CancellationToken cancellation) => await DetailsAsync(id, cancellation);

    public override Task<ExperimentSpec> SpecAsync(string id, CancellationToken cancellation) => client.GetAsync<ExperimentSpec>(Path(id, "/spec"), cancellation);

    public override Task<IReadOnlyList<TrialView>> TrialsAsync(string id, CancellationToken cancellation) =>
        client.GetAsync<IReadOnlyList<TrialView>>(Path(id, "/trials"), cancellation);

    public override Task<IReadOnlyList<ExperimentEvent>> EventsAsync(string id, CancellationToken cancellation) =>
        client.GetAsync<IReadOnlyList<ExperimentEvent>>(Path(id, "/events"), cancellation);

    /// <summary>Goes on behind the last event when the connection breaks, also through restarts of the server.</summary>
    public override async IAsyncEnumerable<ExperimentEvent> FollowAsync(string id, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (last, attempts) = ((string?)null, 0);
        while (true)
        {
            IAsyncEnumerator<SseItem<string>>? items = null;
            HttpResponseMessage? response = null;
            try
            {
                while (true)
                {
                    try
                    {
                        if (items is null)
                        {
                            response = await client.StreamAsync(Path(id, "/events"), last, cancellation);
                            // No content: there is nothing after the last one.
                            if (response.StatusCode == System.Net.HttpStatusCode.NoContent)
                                yield break;
                            items = SseParser.Create(await response.Content.ReadAsStreamAsync(cancellation)).EnumerateAsync(cancellation).GetAsyncEnumerator(cancellation);
                        }

                        if (!await items.MoveNextAsync())
                            break;
                    }
                    catch (Exception exception) when (exception is IOException or HttpRequestException or ServerException { Problem: null or { Status: 429 or >= 500 } })
                    {
                        if (++attempts == MostAttempts)
                            throw;
                        break;
                    }

                    attempts = 0;
                    var happened = ArtifactJson.Read<ExperimentEvent>(items.Current.Data);
                    last = happened.Id;
                    yield return happened;
                    if (happened.Type == ExperimentEventType.ExperimentEnded)
                        yield break;
                }
            }
            finally
            {
                if (items is not null)
                    await items.DisposeAsync();
                response?.Dispose();
            }

            await Task.Delay(BetweenAttempts, cancellation);
        }
    }

    public override async Task<ExperimentUsage?> UsageAsync(string id, CancellationToken cancellation) =>
        await DetailsAsync(id, cancellation) is { Usage: { } usage, StartedAt: { } started, EndedAt: { } ended }
            ? new ExperimentUsage { StartedAt = started, EndedAt = ended, Total = usage, Trials = [] }
            : null;

    public override Task<IReadOnlyList<ImportanceReport>?> ImportanceAsync(string id, CancellationToken cancellation) =>
        AtItsEndAsync<IReadOnlyList<ImportanceReport>>(Path(id, "/importance"), cancellation);

    public override Task<CorrelationReport?> CorrelationsAsync(string id, CancellationToken cancellation) =>
        AtItsEndAsync<CorrelationReport>(Path(id, "/correlations"), cancellation);

    public override async Task<IReadOnlyList<ModelFile>> ModelAsync(string id, CancellationToken cancellation)
    {
        var view = await GetAsync(id, cancellation);
        if (!view.IsOver || view.Best is null)
            throw NoModel(view);
        var files = new List<ModelFile>();
        foreach (var (format, name) in Formats)
        {
            try
            {
                files.Add(new ModelFile(name, await client.GetBytesAsync(Path(id, $"/model?format={format}"), cancellation)));
            }
            catch (ServerException exception) when (exception.Problem?.Status == 404)
            {
                // Not every model is kept in every format.
            }
        }

        return files.Count > 0 ? files : throw NoModel(view);
    }

    public override Task<byte[]> ReportAsync(string id, CancellationToken cancellation) => client.GetBytesAsync(Path(id, "/report"), cancellation);

    public override Task<Champion> ChampionAsync(string name, CancellationToken cancellation) =>
        client.GetAsync<Champion>($"/api/models/{Uri.EscapeDataString(name)}/champion", cancellation);

    public override async Task<string> CancelAsync(string id, CancellationToken cancellation)
    {
        var view = await client.PostAsync<ExperimentView>(Path(id, "/cancel"), null, cancellation);
        return view.IsOver ? $"{id} has ended already ({view.Reason})." : $"{id} is being cancelled.";
    }

    public override async Task<string> PauseAsync(string id, CancellationToken cancellation)
    {
        await client.PostAsync<ExperimentView>(Path(id, "/pause"), null, cancellation);
        return $"{id} is paused; slices that run end in peace.";
    }

    public override async Task<string> ResumeAsync(string id, CancellationToken cancellation)
    {
        await client.PostAsync<ExperimentView>(Path(id, "/resume"), null, cancellation);
        return $"{id} goes on.";
    }

    public override async Task DeleteAsync(string id, CancellationToken cancellation)
    {
        await GetAsync(id, cancellation);
        await client.DeleteAsync(Path(id), cancellation);
    }

    public override void Dispose()
    {
        client.Dispose();
        base.Dispose();
    }

    private Task<ExperimentDetails> DetailsAsync(string id, CancellationToken cancellation) => client.GetAsync<ExperimentDetails>(Path(id), cancellation);

    private async Task<T?> AtItsEndAsync<T>(string path, CancellationToken cancellation) where T : class
    {
        try
        {
            return await client.GetAsync<T>(path, cancellation);
        }
        catch (ServerException exception) when (exception.Problem?.Status == 409)
        {
            return null;
        }
    }

    private static string Path(string id, string rest = "") => $"api/experiments/{Uri.EscapeDataString(id)}{rest}";
}
