using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Training.Tests.Sessions;

/// <summary>Models over sequences of indices, trained whole.</summary>
public class SequenceSessionTests
{
    private static readonly LayerSpec[] Attending =
    [
        new PositionEmbeddingLayer(),
        new ResidualLayer { Layers = [new LayerNormLayer(), new AttentionLayer { Heads = 2, Causal = true }] },
        new FlattenLayer(), new LinearLayer { Units = 2 },
    ];

    private static readonly LayerSpec[] Recurrent = [new GruLayer { Units = 16 }, new LinearLayer { Units = 2 }];

    public static TheoryData<LayerSpec[]> Models => new() { Attending, Recurrent };

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_learns_which_of_two_tokens_comes_first(LayerSpec[] layers)
    {
        using var session = Session(layers, vocabulary: 6);

        for (var epoch = 0; epoch < 12; epoch++)
            session.RunEpoch();

        Assert.True(session.History[^1].Values["validation.accuracy"] > 0.95, $"{session.History[^1].Values["validation.accuracy"]}");
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Any_number_of_threads_trains_the_same_model(LayerSpec[] layers)
    {
        using var one = Session(layers, vocabulary: 6);
        using var three = Session(layers, vocabulary: 6, threads: 3);

        one.RunEpoch();
        three.RunEpoch();

        Assert.Equal(one.Capture().Write(), three.Capture().Write());
    }

    [Fact]
    public void Data_beyond_the_vocabulary_is_refused_before_anything_is_computed()
    {
        var e = Assert.Throws<DataException>(() => Session(Recurrent, vocabulary: 5));

        Assert.Matches(@"^input \d in sample \d+ is 5, out of range; the model's embedding has a vocabulary of 5, so inputs go from 0 to 4\.$", e.Message);
    }

    /// <summary>Eight tokens of 0 to 3, among them one 4 and one 5; the label says whether the 5 comes first.</summary>
    private static TrainingSession Session(LayerSpec[] layers, int vocabulary, int threads = 1)
    {
        var random = new KeyedRandom(7, "tokens");
        var (inputs, targets) = (new float[400 * 8], new float[400]);
        for (var sample = 0; sample < targets.Length; sample++)
        {
            var tokens = inputs.AsSpan(sample * 8, 8);
            for (var i = 0; i < tokens.Length; i++)
                tokens[i] = random.NextInt32(4);
            var (four, five) = (random.NextInt32(8), random.NextInt32(7));
            five += five >= four ? 1 : 0;
            (tokens[four], tokens[five], targets[sample]) = (4, 5, five < four ? 1 : 0);
        }

        var spec = Digits.Perceptron with
        {
            Model = new ModelSpec { Layers = [new EmbeddingLayer { Vocabulary = vocabulary, Width = 12 }, .. layers] },
            Loss = new CrossEntropySpec(),
            Optimizer = new AdamWSpec { LearningRate = 0.01 },
            BatchSize = 20,
        };
        return new TrainingSession(spec, new Dataset([8], inputs, targets, ""), DataSplit.Of(400, new SplitSpec(), 1), seed: 1, trial: 0, threads);
    }
}
