using System.Text.Json;
using System.Text.Json.Nodes;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec.Rules;

namespace DurableTrainer.Core.Spec;

/// <summary>
/// A check by someone who knows more than a spec says: its data, what its models need, what this machine can do. What it finds is told
/// together with what is wrong with the spec itself.
/// </summary>
/// <param name="parts">All that can be looked at.</param>
public delegate IEnumerable<SpecProblem> SpecCheck(SoundParts parts);

/// <summary>The parts of a spec that nothing is wrong with.</summary>
public sealed class SoundParts
{
    private const int MostPoints = 32;

    private readonly Draft draft;
    private readonly Lazy<IReadOnlyList<Point>> points;

    internal SoundParts(Draft draft)
    {
        this.draft = draft;
        points = new(() => Samples.Of(draft.Space, MostPoints, keepConstraints: draft.Problems.IsSound("/constraints")));
    }

    /// <summary>Points that stand for the space, its corners among them; of the sound parameters when others are not.</summary>
    public IReadOnlyList<Point> Points => points.Value;

    /// <summary>
    /// The same point with the lowest and the highest value of each adjustable parameter that is active there, each by itself.
    /// </summary>
    /// <returns>Where the parameter stands, its name, and the point.</returns>
    public IEnumerable<(string Pointer, string Name, Point Point)> Adjusted(Point point)
    {
        foreach (var (pointer, parameter) in draft.Items<Parameter>("/space"))
        {
            if (!parameter.Adjustable || !point.Contains(parameter.Name))
                continue;
            foreach (var unit in (double[])[0, 1 - 1e-16])
            {
                var value = parameter.Decode(unit);
                yield return (pointer, parameter.Name, new Point(point.Select(pair => pair.Key == parameter.Name ? KeyValuePair.Create(pair.Key, value) : pair)));
            }
        }
    }

    /// <summary>A section of the spec, with its default when it was left out; null when it is wrong, or there is none.</summary>
    public T? Section<T>(string name) where T : class => draft.Section<T>(name);

    /// <summary>The sound items of a list.</summary>
    public IEnumerable<T> Items<T>(string section) => draft.Items<T>(JsonPointer.Member("", section)).Select(item => item.Item);

    /// <summary>A field of <c>training</c> at a point; null when it is wrong, left out, or cannot be told.</summary>
    public T? Training<T>(string field, Point point) where T : class
    {
        var pointer = JsonPointer.Member(TrainingTemplate.Pointer, field);
        if (draft.File["training"] is not JsonObject training || training[field] is not { } node || !draft.Problems.IsSound(pointer))
            return null;
        var found = new SpecProblems();
        var substitution = new Substitution(new JsonObject { [field] = node.DeepClone() }, TrainingTemplate.Pointer, point);
        var read = substitution.Result[field] is { } bound ? new ShapeReader(found, bound: substitution).Read(bound, typeof(T), pointer) : null;
        return found.Count == 0 ? read?.Deserialize<T>(SpecJson.Options) : null;
    }
}
