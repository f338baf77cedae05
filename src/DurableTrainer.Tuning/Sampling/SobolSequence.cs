using System.Buffers.Binary;
using System.Numerics;
using DurableTrainer.Core.Randomness;

namespace DurableTrainer.Tuning.Sampling;

/// <summary>
/// Sobol's low-discrepancy sequence with the direction numbers of Joe and Kuo (SIAM J. Sci. Comput. 30, 2008), scrambled after Owen:
/// any 2^k points that follow each other from a multiple of 2^k stratify every coordinate.
/// </summary>
/// <remarks>
/// Scrambling is nested and uniform, by the hash of Burley (JCGT 9(4), 2020). Dimensions beyond the table reuse its rows with the
/// points in another scrambled order, which keeps each coordinate stratified.
/// </remarks>
internal sealed class SobolSequence
{
    private const int Bits = 32;

    /// <summary>Per row: coefficients a of the primitive polynomial of degree s, then m_1 … m_s. The first dimension is van der Corput's.</summary>
    private static readonly uint[][] Table =
    [
        [0, 1], [1, 1, 3], [1, 1, 3, 1], [2, 1, 1, 1], [1, 1, 1, 3, 3], [4, 1, 3, 5, 13], [2, 1, 1, 5, 5, 17], [4, 1, 1, 5, 5, 5],
        [7, 1, 1, 7, 11, 19], [11, 1, 1, 5, 1, 1], [13, 1, 1, 1, 3, 11], [14, 1, 3, 5, 5, 31], [1, 1, 3, 3, 9, 7, 49],
        [13, 1, 1, 1, 15, 21, 21], [16, 1, 3, 1, 13, 27, 49], [19, 1, 1, 1, 15, 7, 5], [22, 1, 3, 1, 15, 13, 25],
        [25, 1, 1, 5, 5, 19, 61], [1, 1, 3, 7, 11, 23, 15, 103], [4, 1, 3, 7, 13, 13, 15, 69], [7, 1, 1, 3, 13, 7, 35, 63],
        [8, 1, 3, 5, 9, 1, 25, 53], [14, 1, 3, 1, 13, 9, 35, 107], [19, 1, 3, 1, 5, 27, 61, 31], [21, 1, 1, 5, 11, 19, 41, 61],
        [28, 1, 3, 5, 3, 3, 13, 69], [31, 1, 1, 7, 13, 1, 19, 1], [32, 1, 3, 7, 5, 13, 19, 59], [37, 1, 1, 3, 9, 25, 29, 41],
        [41, 1, 3, 5, 13, 23, 1, 55],
    ];

    private static readonly uint[][] Directions = [.. Enumerable.Range(0, Table.Length + 1).Select(DirectionsOf)];

    private readonly uint[] scrambles;
    private readonly uint[] orders;

    /// <param name="dimensions">How many coordinates a point has.</param>
    /// <param name="seed">Determines the scrambling.</param>
    public SobolSequence(int dimensions, long seed)
    {
        var random = new KeyedRandom(seed, "sobol");
        scrambles = [.. Enumerable.Range(0, dimensions).Select(_ => (uint)(random.NextUInt64() >> 32))];
        orders = [.. Enumerable.Range(0, (dimensions - 1) / Directions.Length + 1).Select(block => block == 0 ? 0 : (uint)(random.NextUInt64() >> 32))];
    }

    public int Dimensions => scrambles.Length;

    /// <summary>Writes point number <paramref name="index"/> (from 0) into <paramref name="point"/>: coordinates in [0, 1).</summary>
    public void At(uint index, Span<double> point)
    {
        for (var dimension = 0; dimension < Dimensions; dimension++)
        {
            var (block, row) = Math.DivRem(dimension, Directions.Length);
            var bits = Raw(row, block == 0 ? index : Reverse(Scramble(Reverse(index), orders[block])));
            point[dimension] = Reverse(Scramble(Reverse(bits), scrambles[dimension])) * (1.0 / (1L << Bits));
        }
    }

    private static uint Raw(int row, uint index)
    {
        uint bits = 0;
        for (; index != 0; index &= index - 1)
            bits ^= Directions[row][BitOperations.TrailingZeroCount(index)];
        return bits;
    }

    private static uint[] DirectionsOf(int dimension)
    {
        var directions = new uint[Bits];
        if (dimension == 0)
        {
            for (var i = 0; i < Bits; i++)
                directions[i] = 1u << (Bits - 1 - i);
            return directions;
        }

        var row = Table[dimension - 1];
        var degree = row.Length - 1;
        for (var i = 0; i < Bits; i++)
        {
            if (i < degree)
            {
                directions[i] = row[i + 1] << (Bits - 1 - i);
                continue;
            }

            directions[i] = directions[i - degree] ^ (directions[i - degree] >> degree);
            for (var k = 1; k < degree; k++)
                directions[i] ^= ((row[0] >> (degree - 1 - k)) & 1) * directions[i - k];
        }

        return directions;
    }

    /// <summary>A permutation in which each bit depends on the bits below it only: on reversed bits, Owen's nested scrambling.</summary>
    private static uint Scramble(uint value, uint seed)
    {
        value ^= value * 0x3D20ADEA;
        value += seed;
        value *= (seed >> 16) | 1;
        value ^= value * 0x05526C56;
        value ^= value * 0x53A22864;
        return value;
    }

    private static uint Reverse(uint value)
    {
        value = ((value >> 1) & 0x55555555) | ((value & 0x55555555) << 1);
        value = ((value >> 2) & 0x33333333) | ((value & 0x33333333) << 2);
        value = ((value >> 4) & 0x0F0F0F0F) | ((value & 0x0F0F0F0F) << 4);
        return BinaryPrimitives.ReverseEndianness(value);
    }
}
