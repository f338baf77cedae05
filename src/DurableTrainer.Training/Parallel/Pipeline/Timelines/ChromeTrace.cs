using System.Text.Json;

namespace DurableTrainer.Training.Parallel.Pipeline.Timelines;

/// <summary>
/// A timeline for chrome://tracing and ui.perfetto.dev: the Trace Event Format's JSON object with complete events ("ph": "X") in microseconds. Each
/// trial is a process, and each unit a thread of it.
/// </summary>
public static class ChromeTrace
{
    public static byte[] Write(PipelineTimeline timeline)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("displayTimeUnit", "ms");
            json.WriteStartArray("traceEvents");
            var fillers = timeline.Units.SelectMany(unit => unit.Filler).Select(fill => fill.Trial).Distinct().Order();
            foreach (var trial in fillers.Prepend(timeline.Trial))
                Name(json, timeline, trial);
            foreach (var (number, unit) in timeline.Units.Index())
            {
                foreach (var pass in unit.Known)
                    Event(json, timeline.Trial, number, $"{pass.Describe()} {pass.MicroBatch}", pass.Start, pass.End, pass);
                foreach (var fill in unit.Filler)
                    Event(json, fill.Trial, number, "fill", fill.Start, fill.End, null);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Name(Utf8JsonWriter json, PipelineTimeline timeline, int trial)
    {
        Metadata(json, "process_name", trial, 0, trial == timeline.Trial ? $"trial {trial}" : $"trial {trial}, filling");
        foreach (var (number, unit) in timeline.Units.Index())
            Metadata(json, "thread_name", trial, number, unit.Name);
    }

    private static void Metadata(Utf8JsonWriter json, string what, int trial, int unit, string name)
    {
        Begin(json, "M", what, trial, unit);
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Event(Utf8JsonWriter json, int trial, int unit, string name, double start, double end, TimelinePass? pass)
    {
        Begin(json, "X", name, trial, unit);
        json.WriteString("cat", pass?.Describe() ?? "filler");
        json.WriteNumber("ts", 1e6 * start);
        json.WriteNumber("dur", 1e6 * (end - start));
        if (pass is not null)
        {
            json.WriteStartObject("args");
            json.WriteNumber("stage", pass.Stage);
            json.WriteNumber("microBatch", pass.MicroBatch);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json, string phase, string name, int trial, int unit)
    {
        json.WriteStartObject();
        json.WriteString("ph", phase);
        json.WriteString("name", name);
        json.WriteNumber("pid", trial);
        json.WriteNumber("tid", unit);
    }
}
