using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using Spectre.Console;

namespace DurableTrainer.Cli.Views;

/// <summary>A picture of the run that is redrawn as it goes on.</summary>
internal sealed class LiveRunView(IAnsiConsole console, ExperimentSpec spec) : RunView
{
    private const int ShownTrials = 10;
    private const int BarWidth = 40;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Lock turn = new();
    private readonly RunProgress progress = new(spec, TimeProvider.System);
    private volatile bool ended;
    private Task drawing = Task.CompletedTask;
    private string experiment = "";

    public override bool ShowsHistory => true;

    public override void Tell(string message) => console.WriteLine(message);

    public override void Begin(string experiment)
    {
        this.experiment = experiment;
        drawing = console.Live(Draw()).AutoClear(true).StartAsync(async context =>
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

    public override void End()
    {
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
        var done = Math.Min(BarWidth, progress.Ended * BarWidth / progress.Budget);
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        grid.AddRow("trials", $"[green]{new string('━', done)}[/][grey]{new string('━', BarWidth - done)}[/] {progress.Ended}/{progress.Budget}");
        grid.AddRow("best", progress.Best is { } best
            ? $"[bold green]{Format.Value(best.Value)}[/] [grey]trial {best.Trial}[/] {Markup.Escape(Format.Point(best.Point))}"
            : "[grey]–[/]");
        grid.AddRow("rungs", string.Join("  ", progress.Rungs.Select(rung => $"{rung.Trials} [grey]at epoch {rung.Epoch}[/]")));
        grid.AddRow("usage", $"{progress.Epochs} epochs, {Format.Duration(progress.CpuTime)} of CPU time{Bound(spec.Budget.CpuTime)}");
        grid.AddRow("time", $"{Format.Duration(progress.Elapsed)}{Bound(spec.Budget.WallClock)}" +
            (progress.Left is { } left ? $", about {Format.Duration(left)} left" : ""));
        return new Panel(grid) { Header = new PanelHeader($" {Markup.Escape(experiment)} – {Markup.Escape(progress.Objective.Metric)} "), Border = BoxBorder.Rounded, Expand = true };
    }

    private Table Trials()
    {
        var table = ExperimentTables.Bordered("trial", "epoch", progress.Objective.Metric, "point", "").Expand();
        foreach (var trial in progress.Trials.OrderByDescending(trial => trial.IsRunning).ThenByDescending(trial => trial.Trial).Take(ShownTrials))
        {
            var current = trial.IsRunning ? progress.CurrentOf(trial.Trial) : null;
            var value = current?.Values.TryGetValue(progress.Objective.Metric, out var measured) == true ? measured : trial.Value;
            table.AddRow(
                $"{trial.Trial}", $"{current?.Epoch ?? trial.Epochs}", Format.Value(value), Markup.Escape(Format.Point(trial.Point)),
                trial.IsRunning || trial.Message is null
                    ? ExperimentTables.Status(trial.Status)
                    : $"[grey]{Markup.Escape(Format.FirstLine(trial.Message))}[/]");
        }

        return table;
    }

    private static string Bound(TimeSpan? budget) => budget is { } bound ? $" of {Format.Duration(bound)}" : "";
}
