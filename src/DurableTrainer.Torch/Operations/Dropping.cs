using DurableTrainer.Core.Randomness;
using DurableTrainer.Training.Processors;
using TorchSharp;

namespace DurableTrainer.Torch.Operations;

/// <summary>
/// Drops what the CPU processor drops: value i is kept when a hash of (key, i) is not below a threshold, and the key follows from the pass
/// and the node. Values are counted row by row. The CPU processor counts those of images with the channels last, so there as many are
/// dropped, and others.
/// </summary>
internal static class Dropping
{
    private const long Bits = uint.MaxValue;

    public static torch.Tensor Apply(torch.Tensor x, string node, double rate, in Pass pass)
    {
        var key = new KeyedRandom(pass.Seed, "dropout/" + node, pass.Trial, pass.Step).NextUInt64();
        using var kept = Kept(x, key, rate);
        return (x * kept).mul((float)(1 / (1 - rate)));
    }

    private static torch.Tensor Kept(torch.Tensor x, ulong key, double rate)
    {
        using var index = torch.arange(x.numel(), torch.int64, x.device);
        using var hash = Mix(Mix(index.bitwise_xor_((long)(uint)key)).add_((long)(key >> 32)).bitwise_and_(Bits));
        return hash.ge((long)(uint)Math.Min(uint.MaxValue, rate * (1L << 32))).to_type(x.dtype).reshape(x.shape);
    }

    /// <summary>A round of the finaliser of MurmurHash3, on numbers of 32 bits in 64.</summary>
    private static torch.Tensor Mix(torch.Tensor value) =>
        Fold(Times(Fold(Times(Fold(value, 16), 0x85EBCA6B), 13), 0xC2B2AE35), 16);

    private static torch.Tensor Fold(torch.Tensor value, long places) => value.bitwise_xor_(value.bitwise_right_shift(places));

    /// <summary>What goes beyond 64 bits is above the 32 that stay.</summary>
    private static torch.Tensor Times(torch.Tensor value, long factor) => value.mul_(factor).bitwise_and_(Bits);
}
