using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using DurableTrainer.Core.Telemetry;

namespace DurableTrainer.Core.Tests.Telemetry;

/// <summary>Listens to measurements as long as it lives, and only to those with a value of an attribute that other tests have not.</summary>
internal sealed class HeardMetrics : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Attributes)> heard = new();

    public HeardMetrics(string attribute, string value)
    {
        listener.InstrumentPublished = (instrument, meters) =>
        {
            if (instrument.Meter.Name == Signals.Name)
                meters.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, number, tags, _) => Take(instrument, number, tags));
        listener.SetMeasurementEventCallback<long>((instrument, number, tags, _) => Take(instrument, number, tags));
        listener.SetMeasurementEventCallback<int>((instrument, number, tags, _) => Take(instrument, number, tags));
        listener.Start();

        void Take(Instrument instrument, double number, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var attributes = tags.ToArray().ToDictionary();
            if (attributes.GetValueOrDefault(attribute) as string == value)
                heard.Enqueue((instrument.Name, number, attributes));
        }
    }

    /// <summary>Asks the instruments that are only asked.</summary>
    public void Observe() => listener.RecordObservableInstruments();

    public int Count(string name, params (string Name, string Value)[] attributes) => Of(name, attributes).Count;

    public double Sum(string name, params (string Name, string Value)[] attributes) => Of(name, attributes).Sum();

    public void Dispose() => listener.Dispose();

    private List<double> Of(string name, (string Name, string Value)[] attributes) =>
    [
        .. from measurement in heard
           where measurement.Name == name
               && attributes.All(wanted => measurement.Attributes.GetValueOrDefault(wanted.Name) as string == wanted.Value)
           select measurement.Value,
    ];
}
