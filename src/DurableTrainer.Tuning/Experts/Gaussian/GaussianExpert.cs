using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Experts.Gaussian;

/// <summary>The point from which a Gaussian process expects the most improvement.</summary>
/// <param name="name">How it is called.</param>
/// <param name="lengths">
/// What the process's length scales are multiplied by. When they are fitted to few observations, an objective may look smoother than it is, and
/// a search that trusts them never looks where it would learn better; one with shorter length scales does (Wang and de Freitas, Theoretical
/// Analysis of Bayesian Optimisation with Unknown Gaussian Process Hyper-Parameters, 2014).
/// </param>
internal sealed class GaussianExpert(string name, double lengths) : Expert(name)
{
    public static GaussianExpert Believer() => new("gp", 1);

    public static GaussianExpert Sceptic() => new("sceptic", 0.5);

    public override Opinion? Of(SearchHistory history, KeyedRandom random)
    {
        if (Acquisition.Of(history, lengths) is not { } acquisition)
            return null;
        var search = new AcquisitionSearch(history, acquisition, random);
        return new Opinion(search.Run, other => Math.Exp(Math.Min(0, acquisition.At(other) - search.Highest)));
    }
}
