using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Input.Augmentation;

namespace DurableTrainer.Training.Tests.Input.Augmentation;

public class SampleChangeTests
{
    private static readonly int[] Shape = [2, 4, 5];

    [Fact]
    public void A_crop_is_a_window_of_the_image_in_a_frame_of_zeros()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var image = Image();
            var changed = Changed(new RandomCropSpec { Padding = 3 }, seed);

            Assert.True(
                Enumerable.Range(0, 7).Any(top => Enumerable.Range(0, 7).Any(left => changed.SequenceEqual(Window(image, 3, top, left)))),
                $"Seed {seed} gave {string.Join(" ", changed)}.");
        }
    }

    [Fact]
    public void Every_window_of_a_crop_is_as_likely_as_the_others()
    {
        var counts = Enumerable.Range(0, 4500).CountBy(seed => string.Join(' ', Changed(new RandomCropSpec { Padding = 1 }, seed))).ToDictionary();

        Assert.Equal(9, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 400, 600));
    }

    [Fact]
    public void A_crop_wider_than_the_image_may_leave_nothing_of_it()
    {
        var empty = Enumerable.Range(0, 200).Count(seed => Changed(new RandomCropSpec { Padding = 20 }, seed).All(value => value == 0));

        Assert.InRange(empty, 150, 200);
    }

    [Fact]
    public void A_flip_mirrors_every_row_of_every_channel_as_often_as_asked()
    {
        var mirrored = Mirrored(Image());

        var flipped = Enumerable.Range(0, 2000).Count(seed => Changed(new HorizontalFlipSpec { Probability = 0.3 }, seed).SequenceEqual(mirrored));

        Assert.InRange(flipped, 520, 680);
        Assert.Equal(mirrored, Changed(new HorizontalFlipSpec { Probability = 1 }, 0));
        Assert.Equal(Image(), Changed(new HorizontalFlipSpec { Probability = 0 }, 0));
    }

    [Fact]
    public void What_is_erased_is_a_square_around_a_pixel_the_same_in_every_channel()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var (image, changed) = (Image(), Changed(new EraseSpec { Size = 3 }, seed));
            var erased = Enumerable.Range(0, 20).Where(i => changed[i] == 0).Select(i => (Row: i / 5, Column: i % 5)).ToList();
            var rows = erased.Select(pixel => pixel.Row).Distinct().ToList();
            var columns = erased.Select(pixel => pixel.Column).Distinct().ToList();

            Assert.Equal(rows.Count * columns.Count, erased.Count);
            Assert.InRange(rows.Count, 2, 3);
            Assert.InRange(columns.Count, 2, 3);
            Assert.Equal(rows.Max() - rows.Min() + 1, rows.Count);
            Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(changed[i] == 0 ? 0 : image[20 + i], changed[20 + i]));
        }
    }

    [Fact]
    public void Noise_has_the_deviation_that_was_asked_for_and_no_mean()
    {
        float[] values = [.. Enumerable.Range(0, 500).SelectMany(seed => Changed(new NoiseSpec { Deviation = 0.5 }, seed).Zip(Image(), (now, before) => now - before))];

        Assert.InRange(values.Average(), -0.02, 0.02);
        Assert.InRange(Math.Sqrt(values.Average(value => value * value)), 0.48, 0.52);
    }

    [Fact]
    public void What_is_done_to_a_sample_follows_from_its_own_key()
    {
        AugmentSpec[] spec = [new RandomCropSpec(), new HorizontalFlipSpec(), new NoiseSpec { Deviation = 1 }];
        var dataset = new Dataset(Shape, [.. Image(), .. Image(), .. Image()], [0, 0, 0], "");

        Assert.Equal(Augmented(1, 2, 3, 0), Augmented(1, 2, 3, 0));
        Assert.NotEqual(Augmented(1, 2, 3, 0), Augmented(2, 2, 3, 0));
        Assert.NotEqual(Augmented(1, 2, 3, 0), Augmented(1, 3, 3, 0));
        Assert.NotEqual(Augmented(1, 2, 3, 0), Augmented(1, 2, 4, 0));
        Assert.NotEqual(Augmented(1, 2, 3, 0), Augmented(1, 2, 3, 1));

        float[] Augmented(long seed, int trial, int epoch, int sample)
        {
            using var stage = new AugmentStage(spec, dataset, seed, trial, brings: true);
            var inputs = new float[dataset.SampleSize];
            var work = stage.CreateWork();
            // Others before it leave no trace.
            work(2, 0, inputs);
            work(sample, epoch, inputs);
            return inputs;
        }
    }

    [Fact]
    public void What_cannot_be_done_to_the_samples_is_told_with_its_place()
    {
        Assert.Equal(
            "/augment/1: wants images [channels, height, width], but samples have the shape [64]; give the data such a shape, or leave it out.",
            Problem([new NoiseSpec { Deviation = 1 }, new HorizontalFlipSpec()], [64]));
        Assert.Equal("/augment/0: erases 6 × 6 pixels, must be at most the size of an image, [2, 4, 5].", Problem([new EraseSpec { Size = 6 }], Shape));
        Assert.Contains("the model's embedding looks them up", Problem([new NoiseSpec { Deviation = 1 }], [64], areIndices: true), StringComparison.Ordinal);
    }

    private static string Problem(AugmentSpec[] spec, int[] shape, bool areIndices = false) =>
        Assert.Throws<DataException>(() => AugmentationFit.Require(spec, shape, areIndices)).Message;

    private static float[] Image() => [.. Enumerable.Range(1, 40).Select(i => (float)i)];

    private static float[] Changed(AugmentSpec spec, int seed)
    {
        var image = Image();
        SampleChange.Of(spec, Shape).Apply(image, new float[image.Length], new KeyedRandom(seed, "test"));
        return image;
    }

    private static float[] Mirrored(float[] image) => [.. Enumerable.Range(0, image.Length).Select(i => image[i / 5 * 5 + 4 - i % 5])];

    private static float[] Window(float[] image, int padding, int top, int left) =>
        [.. Enumerable.Range(0, image.Length).Select(i =>
        {
            var (channel, row, column) = (i / 20, i % 20 / 5 + top - padding, i % 5 + left - padding);
            return row is >= 0 and < 4 && column is >= 0 and < 5 ? image[channel * 20 + row * 5 + column] : 0;
        })];
}
