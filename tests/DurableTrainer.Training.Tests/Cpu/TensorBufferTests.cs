using System.Runtime.CompilerServices;
using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Tests.Cpu;

public class TensorBufferTests
{
    [Fact]
    public unsafe void Two_whole_vectors_fit_after_the_last_value_whatever_the_length()
    {
        for (var length = 0; length <= 200; length++)
        {
            var buffer = new TensorBuffer(length);
            fixed (float* first = Memory(buffer))
            {
                var end = first + Memory(buffer).Length;
                Assert.True(buffer.Pointer >= first, $"{length} floats start {first - buffer.Pointer} before their memory.");
                Assert.True(
                    end - (buffer.Pointer + length) >= 2 * 16, $"{length} floats have room for {end - (buffer.Pointer + length)} more.");
            }

            Assert.Equal(0, (nint)buffer.Pointer % 64);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "memory")]
    private static extern ref float[] Memory(TensorBuffer buffer);
}
