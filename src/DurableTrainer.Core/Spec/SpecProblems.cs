using System.Text.Json.Nodes;

namespace DurableTrainer.Core.Spec;

/// <summary>Collects what is wrong while a spec is read.</summary>
internal sealed class SpecProblems
{
    private readonly List<SpecProblem> found = [];
    private readonly HashSet<string> places = new(StringComparer.Ordinal);
    private readonly HashSet<string> unsound = new(StringComparer.Ordinal);

    public int Count => found.Count;

    public IReadOnlyList<SpecProblem> All => found;

    public void Add(string pointer, string message)
    {
        AddSurplus(pointer, message);
        MarkUnsound(pointer);
    }

    /// <summary>Reports what is too much: without it, what is around it can be used.</summary>
    public void AddSurplus(string pointer, string message)
    {
        found.Add(new SpecProblem(pointer, message));
        places.Add(pointer);
    }

    /// <summary>Keeps rules from using what is at the pointer, about which something else was said.</summary>
    public void MarkUnsound(string pointer)
    {
        while (unsound.Add(pointer) && pointer.Length > 0)
            pointer = pointer[..pointer.LastIndexOf('/')];
    }

    /// <summary>Whether what is at the pointer and below can be used.</summary>
    public bool IsSound(string pointer) => !unsound.Contains(pointer);

    /// <summary>Whether nothing is said yet about the place or one that it lies in.</summary>
    public bool IsNews(string pointer)
    {
        while (!places.Contains(pointer) && pointer.Length > 0)
            pointer = pointer[..pointer.LastIndexOf('/')];
        return !places.Contains(pointer);
    }

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
