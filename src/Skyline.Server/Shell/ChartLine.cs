namespace Skyline.Server.Shell;

/// <summary>One line, or one colour of bars, of a <see cref="Chart"/>.</summary>
/// <param name="Values">One for each label.</param>
/// <param name="Colour">A token of the style sheet: "accent", "good", "bad", "busy", "soft".</param>
public sealed record ChartLine(string Name, IReadOnlyList<double> Values, string Colour = "accent");
