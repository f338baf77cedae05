namespace DurableTrainer.Training.Parallel.Data.Units;

/// <summary>A unit that others wait for does not come any more: the step is given up, by no fault of who is told.</summary>
internal sealed class MeetingBrokenException() : Exception("Another unit has left this step.");
