using System.Text.Json.Nodes;

namespace DurableTrainer.Core.Spec;

/// <summary>Collects what is wrong while a spec is read.</summary>
internal sealed class SpecProblems
{
    private readonly List<SpecProblem> found = [];

    public int Count => found.Count;

    public void Add(string pointer, string message) => found.Add(new SpecProblem(pointer, message));

    /// <summary>Whether nothing is wrong at the pointer and below.</summary>
    public bool IsSound(string pointer) => !found.Exists(problem => JsonPointer.IsWithin(problem.Pointer, pointer));

    /// <exception cref="SpecException">Something was found.</exception>
    public void ThrowIfAny(JsonNode? file)
    {
        if (found.Count == 0)
            return;
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        JsonPointer.Number(file, "", places);
        throw new SpecException([.. found.Distinct().OrderBy(problem => Place(problem.Pointer, places))]);
    }

    // What is missing has the place of what it is missing from.
    private static int Place(string pointer, Dictionary<string, int> places)
    {
        while (pointer.Length > 0 && !places.ContainsKey(pointer))
            pointer = pointer[..pointer.LastIndexOf('/')];
        return places.GetValueOrDefault(pointer);
    }
}
