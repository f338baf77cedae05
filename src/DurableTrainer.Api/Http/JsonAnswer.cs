using Microsoft.AspNetCore.Http;

namespace DurableTrainer.Api.Http;

/// <summary>Answers with JSON and an entity tag.</summary>
internal static class JsonAnswer
{
    public static IResult Of<T>(T value) => new RepresentationAnswer(Representation.OfJson(value));

    public static IResult Of(Representation representation) => new RepresentationAnswer(representation);
}
