using DurableTrainer.Tuning.Sampling;

namespace DurableTrainer.Tuning.Tests.Sampling;

public class SobolSequenceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(31)]
    [InlineData(40)]
    public void Each_coordinate_of_a_power_of_two_of_points_falls_once_into_each_equal_part(int dimensions)
    {
        var sequence = new SobolSequence(dimensions, seed: 5);
        const int Points = 256;
        var hits = new int[dimensions, Points];
        var point = new double[dimensions];

        for (uint index = 0; index < Points; index++)
        {
            sequence.At(index, point);
            for (var dimension = 0; dimension < dimensions; dimension++)
                hits[dimension, (int)(point[dimension] * Points)]++;
        }

        Assert.All(hits.Cast<int>(), count => Assert.Equal(1, count));
    }

    [Fact]
    public void The_first_two_coordinates_form_a_net()
    {
        var sequence = new SobolSequence(2, seed: 9);
        var boxes = new int[16, 16];
        var point = new double[2];

        for (uint index = 0; index < 256; index++)
        {
            sequence.At(index, point);
            boxes[(int)(point[0] * 16), (int)(point[1] * 16)]++;
        }

        Assert.All(boxes.Cast<int>(), count => Assert.Equal(1, count));
    }

    [Fact]
    public void Another_seed_gives_other_points_and_the_same_seed_the_same()
    {
        double[] a = new double[3], b = new double[3], c = new double[3];

        new SobolSequence(3, 1).At(12, a);
        new SobolSequence(3, 1).At(12, b);
        new SobolSequence(3, 2).At(12, c);

        Assert.Equal(a, b);
        Assert.NotEqual(a, c);
    }

    [Fact]
    public void It_integrates_a_smooth_function_far_better_than_random_points_would()
    {
        var sequence = new SobolSequence(5, seed: 3);
        var point = new double[5];
        double sum = 0;

        for (uint index = 0; index < 1024; index++)
        {
            sequence.At(index, point);
            sum += point.Aggregate(1.0, (product, x) => product * (1 + (x - 0.5)));
        }

        // The integral is 1; independent points would have a standard error of 0.021 here.
        Assert.InRange(sum / 1024, 0.999, 1.001);
    }
}
