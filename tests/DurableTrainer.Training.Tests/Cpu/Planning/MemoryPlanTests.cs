using DurableTrainer.Core.Randomness;
using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Tests.Cpu.Planning;

public class MemoryPlanTests
{
    [Fact]
    public void Buffers_that_are_in_use_at_the_same_time_never_overlap_with_their_padding()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new KeyedRandom(seed, "memory plan");
            var plan = new MemoryPlan();
            var used = new List<(TensorBuffer Buffer, int First, int Last)>();
            for (var i = 0; i < 60; i++)
            {
                var buffer = TensorBuffer.Unplaced(random.NextInt32(300));
                var first = random.NextInt32(40);
                if (random.NextInt32(4) == 0)
                {
                    var second = first + random.NextInt32(20);
                    plan.UseOnce(buffer, first);
                    plan.UseOnce(buffer, second);
                    used.AddRange([(buffer, first, first), (buffer, second, second)]);
                }
                else
                {
                    var last = first + random.NextInt32(10);
                    plan.Use(buffer, last);
                    plan.Use(buffer, first);
                    used.Add((buffer, first, last));
                }
            }

            var bytes = plan.Place();

            var lowest = used.Min(one => Start(one.Buffer));
            foreach (var one in used)
            {
                Assert.Equal(0, Start(one.Buffer) % 64);
                Assert.True(Start(one.Buffer) + 4 * one.Buffer.Footprint <= lowest + bytes, $"Seed {seed}: a buffer ends after the block.");
                foreach (var other in used.Where(other => other.Buffer != one.Buffer && one.First <= other.Last && other.First <= one.Last))
                {
                    Assert.True(
                        End(one.Buffer) <= Start(other.Buffer) || End(other.Buffer) <= Start(one.Buffer),
                        $"Seed {seed}: buffers in use over {one.First}–{one.Last} and {other.First}–{other.Last} overlap.");
                }
            }
        }
    }

    [Fact]
    public void A_buffer_takes_the_place_of_one_that_nobody_reads_any_more()
    {
        var plan = new MemoryPlan();
        TensorBuffer first = TensorBuffer.Unplaced(100), second = TensorBuffer.Unplaced(90), third = TensorBuffer.Unplaced(100);
        plan.Use(first, 0);
        plan.Use(first, 1);
        plan.Use(second, 1);
        plan.Use(second, 2);
        plan.Use(third, 2);

        var bytes = plan.Place();

        Assert.Equal(Start(first), Start(third));
        Assert.NotEqual(Start(first), Start(second));
        Assert.Equal(4 * (first.Footprint + second.Footprint), bytes);
    }

    [Fact]
    public void United_buffers_share_a_place_for_as_long_as_either_is_in_use()
    {
        var plan = new MemoryPlan();
        TensorBuffer first = TensorBuffer.Unplaced(10), second = TensorBuffer.Unplaced(10), other = TensorBuffer.Unplaced(10);
        plan.Use(first, 0);
        plan.Use(second, 5);
        plan.Use(other, 3);
        plan.Unite(first, second);
        plan.Unite(second, first);

        plan.Place();

        Assert.Equal(Start(first), Start(second));
        Assert.NotEqual(Start(first), Start(other));
    }

    [Fact]
    public void More_than_one_block_can_hold_is_refused_before_it_is_taken()
    {
        var plan = new MemoryPlan();
        for (var i = 0; i < 3; i++)
            plan.Use(TensorBuffer.Unplaced(1_000_000_000), 0);

        var e = Assert.Throws<ProcessorException>(() => plan.Place());

        Assert.Equal(
            "Values, gradients and work space would be 3000000096 numbers, and this processor holds at most 2147482623 for one model; "
                + "choose a smaller batch or model.",
            e.Message);
    }

    private static unsafe long Start(TensorBuffer buffer) => (nint)buffer.Pointer;

    private static long End(TensorBuffer buffer) => Start(buffer) + 4 * buffer.Footprint;
}
