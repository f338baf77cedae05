namespace DurableTrainer.Tuning.Schedulers;

/// <summary>A trial as far as it has reported.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="MaxEpochs">The epochs of the trial if nothing stops it; asked for only where they matter.</param>
/// <param name="Reports">What it reported, in order.</param>
internal sealed record Curve(int Trial, Func<int> MaxEpochs, IReadOnlyList<RungValue> Reports)
{
    /// <summary>Epochs that are done.</summary>
    public int Epoch => Reports[^1].Epoch;

    /// <summary>Its first report from <paramref name="from"/> on and before <paramref name="to"/>; null when it has none there.</summary>
    public IReadOnlyList<double>? FirstIn(long from, long to)
    {
        foreach (var report in Reports)
        {
            if (report.Epoch >= from)
                return report.Epoch < to ? report.Values : null;
        }

        return null;
    }

    /// <summary>Its last report not later than <paramref name="epoch"/>; null when it has none by then.</summary>
    public IReadOnlyList<double>? LastBy(int epoch) => Reports.LastOrDefault(report => report.Epoch <= epoch).Values;

    /// <summary>
    /// The mean of its first objective over the epochs up to <paramref name="epoch"/>, where a report counts for every epoch since the
    /// one before, so that how often a trial reports says nothing; null when it has none by then.
    /// </summary>
    public double? MeanBy(int epoch)
    {
        var (sum, done) = (0.0, 0);
        foreach (var report in Reports.TakeWhile(report => report.Epoch <= epoch))
        {
            sum += report.Values[0] * (report.Epoch - done);
            done = report.Epoch;
        }

        return done == 0 ? null : sum / done;
    }
}
