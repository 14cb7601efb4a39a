using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>`skyline builds`: the newest first.</summary>
static class BuildsCommand
{
    const int LargestPage = 200;

    public static Command Make(GlobalOptions global)
    {
        var limit = new Option<int>("--limit") { Description = "How many at most", HelpName = "N", DefaultValueFactory = _ => 20, CustomParser = ParseLimit };
        var state = new Option<BuildState?>("--state") { Description = $"Only builds in this state: {States}", HelpName = "STATE", CustomParser = ParseState };
        var command = new Command("builds", "List builds, the newest first") { limit, state };
        global.Does(command, (parsed, session, ct) => List(session, parsed.GetValue(limit), parsed.GetValue(state), ct));
        return command;
    }

    static string States => string.Join(", ", Enum.GetNames<BuildState>()).ToLowerInvariant();

    static int ParseLimit(ArgumentResult given)
    {
        if (int.TryParse(given.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0) return limit;
        given.AddError($"--limit takes a number from 1 up, not {given.Tokens[0].Value}.");
        return 0;
    }

    static BuildState? ParseState(ArgumentResult given)
    {
        if (char.IsLetter(given.Tokens[0].Value.FirstOrDefault()) && Enum.TryParse<BuildState>(given.Tokens[0].Value, ignoreCase: true, out var state)) return state;
        given.AddError($"There is no state {given.Tokens[0].Value}; the states are: {States}.");
        return null;
    }

    static async Task<ExitCode> List(Session session, int limit, BuildState? state, CancellationToken ct)
    {
        var page = await Newest(session.Client, limit, state, ct);
        var now = session.Time.GetUtcNow();
        session.Screen.Result(page, SkylineJson.Default.BuildPage, to => Table.Write(to,
            ["BUILD", "PACKAGE", "TARGET", "STATE", "OWNER", "SUBMITTED", "WHY"],
            page.Builds.Select(build => (string?[])[$"{build.Id}", build.Nvr, build.Scratch ? $"{build.Target} (scratch)" : build.Draft ? $"{build.Target} (draft)" : build.Target,
                build.State.ToString().ToLowerInvariant(), build.Owner, Amounts.Ago(now - build.SubmittedAt), build.Why])));
        return ExitCode.Ok;
    }

    /// <summary>The API knows no filter by state, so pages are read until there are enough.</summary>
    static async Task<BuildPage> Newest(SkylineClient client, int limit, BuildState? state, CancellationToken ct)
    {
        List<BuildSummary> found = [];
        long? before = null;
        while (true)
        {
            var page = await client.Builds(ct, before, state is null ? Math.Min(limit - found.Count, LargestPage) : LargestPage);
            foreach (var build in page.Builds.Where(build => state is null || build.State == state))
            {
                found.Add(build);
                if (found.Count == limit) return new BuildPage(found, build.Id);
            }
            if (page.NextBefore is not { } next || next >= before) return new BuildPage(found, null);
            before = next;
        }
    }
}
