using System.CommandLine;

namespace Skyline.Cli.Tags;

/// <summary>--at and --event: a moment of the past.</summary>
sealed class PastOptions
{
    readonly Option<string?> at = new("--at") { Description = "As it was at a time, such as 2026-11-03T14:30:00Z, or at the end of a day, in UTC", HelpName = "TIME" };
    readonly Option<long?> @event = new("--event") { Description = "As it was after this event (see: skyline --json tag history TAG)", HelpName = "N" };

    public PastOptions On(Command command)
    {
        command.Options.Add(at);
        command.Options.Add(@event);
        command.Validators.Add(given =>
        {
            if (given.GetResult(at) is not null && given.GetResult(@event) is not null) given.AddError("Give --at or --event, not both.");
        });
        return this;
    }

    public (string? At, long? Event) Of(ParseResult parsed) => (parsed.GetValue(at), parsed.GetValue(@event));
}
