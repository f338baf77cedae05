using System.Diagnostics;
using TorchSharp;

namespace DurableTrainer.Torch.Tests.Sessions;

public class MemoryTests
{
    public static TheoryData<string> Names => [.. SmallSessions.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_leave_no_tensor_behind_and_a_session_takes_its_own_along(string name)
    {
        var before = LiveTensors.Count();
        var (spec, data) = SmallSessions.All[name];
        using (var session = SmallSessions.Torch(spec, data, steps: 5))
        {
            session.RunEpoch();
            var between = torch.Tensor.TotalCount;
            for (var epoch = 0; epoch < 4; epoch++)
            {
                session.RunEpoch();
                Assert.Equal(between, torch.Tensor.TotalCount);
            }
        }

        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    [Fact]
    public void The_memory_of_the_process_stops_growing()
    {
        var (spec, data) = SmallSessions.All["digits-cnn"];
        using var session = SmallSessions.Torch(spec, data);
        for (var epoch = 0; epoch < 3; epoch++)
            session.RunEpoch();
        var before = Resident();

        for (var epoch = 0; epoch < 10; epoch++)
            session.RunEpoch();

        // What the values of these 200 steps take would be some 500 MiB.
        Assert.InRange(Resident() - before, long.MinValue, 64 << 20);
    }

    private static long Resident()
    {
        LiveTensors.Count();
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}
