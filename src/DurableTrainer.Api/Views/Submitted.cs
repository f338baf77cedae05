namespace DurableTrainer.Api.Views;

/// <summary>An experiment that was accepted.</summary>
/// <param name="Id">Its id.</param>
/// <param name="StatusUrl">Shows how it stands.</param>
/// <param name="EventsUrl">Tells what happens in it.</param>
public sealed record Submitted(string Id, string StatusUrl, string EventsUrl);
