using DurableTrainer.Api.Views;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using Spectre.Console;

namespace DurableTrainer.Cli.Views;

/// <summary>A picture of the run that is redrawn as it goes on.</summary>
internal sealed class LiveRunView(IAnsiConsole console, ExperimentSpec spec) : RunView
{
    private const int MostTrials = 12;
    private const int BarWidth = 40;

    /// <summary>Lines of the screen that no trial has: the header, the frame of the table, and one for the cursor.</summary>
    private const int OtherLines = 12;

    /// <summary>Columns of the screen that the frame of a table of five columns takes.</summary>
    private const int FrameWidth = 16;

    /// <summary>Columns of the screen that the frame of each further column takes.</summary>
    private const int MoreColumns = 3;

    /// <summary>Columns of the longest status.</summary>
    private const int StatusWidth = 9;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Lock turn = new();
    private readonly RunProgress progress = new(spec, TimeProvider.System);
    private volatile bool ended;
    private volatile bool stopping;
    private LiveDisplay? live;
    private Task drawing = Task.CompletedTask;
    private string experiment = "";

    public override bool ShowsHistory => true;

    // Filled up to the right: what was drawn there before stays otherwise.
    public override void Tell(string message) => console.Write(Align.Left(new Text(message)));

    public override void Begin(string experiment)
    {
        this.experiment = experiment;
        live = console.Live(Draw());
        drawing = live.StartAsync(async context =>
        {
            using var timer = new PeriodicTimer(Interval);
            while (!ended)
            {
                context.UpdateTarget(Draw());
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        });
    }

    public override void Show(ExperimentEvent happened)
    {
        lock (turn)
            progress.Add(happened);
    }

    public override void Show(SliceRequest slice, EpochReport report)
    {
        lock (turn)
            progress.Add(slice, report);
    }

    public override void Stop() => stopping = true;

    public override void End()
    {
        // An interrupted run leaves its last picture; a result takes the place of it otherwise.
        live!.AutoClear = !stopping;
        ended = true;
        drawing.Wait();
    }

    public override void Show(ExperimentResult result, ExperimentUsage usage, DataFolder folder) => ResultView.Write(result, usage, folder, console);

    private Rows Draw()
    {
        lock (turn)
            return new Rows(Header(), Trials());
    }

    private Panel Header()
    {
        // The frame, and the names before the values.
        var width = Math.Max(1, console.Profile.Width - 13);
        var bar = Math.Clamp(width - 8, 1, BarWidth);
        var done = Math.Min(bar, progress.Ended * bar / progress.Budget);
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        grid.AddRow("trials", $"[green]{new string('━', done)}[/][grey]{new string('━', bar - done)}[/] {progress.Ended}/{progress.Budget}");
        grid.AddRow("best", progress.Best is { } best
            ? $"[bold green]{Format.Value(best.Value)}[/]" + Markup.Escape(Format.Fit($" trial {best.Trial} {Format.Point(best.Point)}", width - 8))
            : "[grey]–[/]");
        if (progress.Front is { } front)
        {
            var shown = front.Select(trial => $"trial {trial.Trial}: {string.Join(" / ", progress.Metrics.Select(metric => Format.Value(Format.In(trial.Values!, metric))))}");
            grid.AddRow("front", Markup.Escape(Format.Fit($"{front.Count} – {string.Join("; ", shown)}", width)));
        }

        grid.AddRow("rungs", Markup.Escape(Format.Fit(string.Join("  ", progress.Rungs.Select(rung => $"{rung.Trials} at epoch {rung.Epoch}")), width)));
        grid.AddRow("usage", Markup.Escape(Format.Fit($"{progress.Epochs} epochs, {Format.Duration(progress.CpuTime)} of CPU time{Bound(spec.Budget.CpuTime)}", width)));
        grid.AddRow("time", Markup.Escape(Format.Fit($"{Format.Duration(progress.Elapsed)}{Bound(spec.Budget.WallClock)}{Left()}", width)));
        if (progress.Waiting is { } waiting)
            grid.AddRow("quota", Markup.Escape(Format.Fit(waiting, width)));
        var title = Format.Fit($"{experiment} – {string.Join(" and ", progress.Metrics)}{(stopping ? " – stopping" : "")}", width);
        return new Panel(grid) { Header = new PanelHeader($" {Markup.Escape(title)} "), Border = BoxBorder.Rounded, Expand = true };
    }

    /// <summary>A line for each trial, and no more lines than the screen has: what is above its top edge cannot be redrawn.</summary>
    private Table Trials()
    {
        var lines = Math.Clamp(console.Profile.Height - OtherLines, 1, MostTrials);
        var shown = progress.Trials.OrderByDescending(trial => trial.IsRunning).ThenByDescending(trial => trial.Trial).Take(lines).ToList();
        var room = Math.Max(0, console.Profile.Width - "trial".Length - "epoch".Length - StatusWidth - FrameWidth
            - progress.Metrics.Sum(metric => metric.Length) - MoreColumns * (progress.Metrics.Count - 1));
        // Points first: what a trial's last word is can be read in its status too.
        var point = Math.Min(room, shown.Select(trial => Format.Point(trial.Point).Length).DefaultIfEmpty().Max());
        var table = ExperimentTables.Bordered(["trial", "epoch", .. progress.Metrics, "point", "status"]).Expand();
        foreach (var trial in shown)
        {
            var current = trial.IsRunning ? progress.CurrentOf(trial.Trial) : null;
            table.AddRow([
                $"{trial.Trial}", $"{current?.Epoch ?? trial.Epochs}", .. progress.Metrics.Select(metric => Format.Value(ValueOf(trial, current, metric))),
                Markup.Escape(Format.Fit(Format.Point(trial.Point), point)), LastWord(trial, StatusWidth + room - point)]);
        }

        return table;
    }

    private static double? ValueOf(TrialView trial, EpochReport? current, string metric) =>
        current is not null ? Format.In(current.Values, metric) ?? trial.Value
        : trial.Values is { } values ? Format.In(values, metric)
        : trial.Value;

    private static string LastWord(TrialView trial, int width) => trial.IsRunning || trial.Message is null || width < trial.Message.Length
        ? ExperimentTables.Status(trial.Status)
        : $"[grey]{Markup.Escape(trial.Message)}[/]";

    private string Left() => progress.Left is { } left ? $", about {Format.Duration(left)} left" : "";

    private static string Bound(TimeSpan? budget) => budget is { } bound ? $" of {Format.Duration(bound)}" : "";
}
