using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Wire;

namespace DurableTrainer.Workers.Tests.Wire;

public class WireFormatTests
{
    private static readonly Usage Used = new(TimeSpan.FromSeconds(1.5), TimeSpan.FromTicks(7), 1L << 40, 3);
    private static readonly Dictionary<string, double> Metrics =
        new() { ["a"] = 0.1, ["b"] = double.NaN, ["c"] = double.PositiveInfinity, ["d"] = double.NegativeInfinity };

    private static readonly SliceResult Result = new()
    {
        Trial = 1,
        Slice = 2,
        Outcome = SliceOutcome.Failed,
        Epoch = 3,
        Step = long.MaxValue,
        Metrics = Metrics,
        Best = new BestEpoch(2, Metrics, "path"),
        Checkpoint = "path",
        Usage = Used,
        Grants = [new Grant(2, 4, "a reason")],
        InputChanges = [new InputChange(2, "read", 4, "a reason")],
        Plans = [new PlanChange(2, 40, "a reason")],
        Reason = "a \"reason\"\nof two lines, ünïcode and <tags>",
    };

    private static readonly HostMessage[] HostMessages =
    [
        new RunSliceMessage(DigitsExperiment.Slice(1, 2, 3) with { Used = Used, Threads = 4, MaxWallClock = TimeSpan.FromMinutes(1), Promise = new(0.5, 1e-3), From = new(2, 3) }, "a reason"),
        new EvaluateMessage(new EvaluationRequest { Experiment = "e-1", Trial = 1, Point = DigitsExperiment.Point(), Checkpoint = "path" }),
        new GrantMessage(3, "a reason"),
        new StopMessage(),
    ];

    private static readonly WorkerMessage[] WorkerMessages =
    [
        new ReadyMessage(ReadyMessage.Current),
        new HeartbeatMessage(),
        new EpochMessage(1, new EpochReport(1, 2, DateTimeOffset.UnixEpoch, Metrics, Used)),
        new SliceMessage(Result),
        new EvaluationMessage(Metrics),
        new FaultMessage("the disk is full"),
    ];

    [Fact]
    public void Every_message_comes_out_as_it_went_in()
    {
        AssertAllRoundTrip(HostMessages);
        AssertAllRoundTrip(WorkerMessages);
    }

    [Fact]
    public void Metrics_that_are_no_finite_numbers_come_out_as_they_went_in()
    {
        var read = Assert.IsType<EvaluationMessage>(WireFormat.Read<WorkerMessage>(WireFormat.Write<WorkerMessage>(new EvaluationMessage(Metrics))));

        Assert.Equal(Metrics, read.Metrics);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"version\":1}")]
    [InlineData("hello")]
    [InlineData("{\"type\":\"unheardOf\"}")]
    [InlineData("{\"type\":\"ready\"}")]
    [InlineData("{\"type\":\"ready\",\"version\":\"one\"}")]
    [InlineData("{\"type\":\"epoch\",\"trial\":1,\"report\":null}")]
    [InlineData("{\"type\":\"slice\",\"result\":{\"trial\":1}}")]
    [InlineData("{\"type\":\"ready\",\"version\":1")]
    public void A_line_that_is_not_a_message_is_refused(string line) =>
        Assert.Throws<JsonException>(() => WireFormat.Read<WorkerMessage>(line));

    private static void AssertAllRoundTrip<TMessage>(TMessage[] messages)
    {
        Assert.Equal(
            typeof(TMessage).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(derived => derived.DerivedType.Name).Order(),
            messages.Select(message => message!.GetType().Name).Order());
        foreach (var message in messages)
        {
            var line = WireFormat.Write(message);
            Assert.DoesNotContain('\n', line);
            var read = WireFormat.Read<TMessage>(line);
            Assert.IsType(message!.GetType(), read);
            Assert.Equal(line, WireFormat.Write(read));
        }
    }
}
