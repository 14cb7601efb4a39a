using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>`skyline builds`: those that are asked for, the newest first.</summary>
static class BuildsCommand
{
    const int LargestPage = 500;

    public static Command Make(GlobalOptions global)
    {
        var limit = new Option<int>("--limit") { Description = "How many at most", HelpName = "N", DefaultValueFactory = _ => 20, CustomParser = ParseLimit };
        var state = new Option<BuildState[]>("--state") { Description = $"Only builds in this state (again: or in this): {Names<BuildState>()}", HelpName = "STATE", AllowMultipleArgumentsPerToken = false, CustomParser = given => [.. given.Tokens.Select(token => Word<BuildState>(given, token, "state"))] };
        var target = new Option<string?>("--target") { Description = "Only those for this target", HelpName = "TARGET" };
        var tag = new Option<string?>("--tag") { Description = "Only those built into this tag, or in it now or once", HelpName = "TAG" };
        var package = new Option<string?>("--package") { Description = "Only those of source packages whose name begins so", HelpName = "NAME" };
        var owner = new Option<string?>("--owner") { Description = "Only those that this person submitted", HelpName = "PERSON" };
        var mine = new Option<bool>("--mine") { Description = "Only your own" };
        var arch = new Option<string?>("--arch") { Description = "Only those built for this architecture", HelpName = "ARCH" };
        var kind = new Option<BuildKind?>("--kind") { Description = $"Only these: {Names<BuildKind>()}", HelpName = "KIND", CustomParser = given => Word<BuildKind>(given, given.Tokens[0], "kind") };
        var batch = new Option<long?>("--batch") { Description = "Only those of this chain, mass rebuild or run by the clock", HelpName = "NUMBER" };
        var since = new Option<DateTimeOffset?>("--since") { Description = "Only those submitted on this day (2026-11-30) or at this time, or later", HelpName = "TIME", CustomParser = given => Time(given, 0) };
        var until = new Option<DateTimeOffset?>("--until") { Description = "Only those submitted until the end of this day, or before this time", HelpName = "TIME", CustomParser = given => Time(given, 1) };
        var search = new Option<string?>("--search") { Description = "Only those whose name-version-release holds these words", HelpName = "WORDS" };
        var sort = new Option<BuildSort>("--sort") { Description = $"In which order: {Names<BuildSort>()}", HelpName = "ORDER", CustomParser = given => Word<BuildSort>(given, given.Tokens[0], "order") };
        var command = new Command("builds", "List builds, the newest first") { limit, state, target, tag, package, owner, mine, arch, kind, batch, since, until, search, sort };
        global.Does(command, (parsed, session, ct) => List(session, parsed.GetValue(limit), new BuildFilter
        {
            States = parsed.GetValue(state) ?? [], Target = parsed.GetValue(target), Tag = parsed.GetValue(tag), Package = parsed.GetValue(package), Owner = parsed.GetValue(mine) ? BuildFilter.Me : parsed.GetValue(owner),
            Arch = parsed.GetValue(arch), Kind = parsed.GetValue(kind), Batch = parsed.GetValue(batch), Since = parsed.GetValue(since), Until = parsed.GetValue(until), Search = parsed.GetValue(search), Order = parsed.GetValue(sort),
        }, ct));
        return command;
    }

    static string Names<T>() where T : struct, Enum => string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant();

    static int ParseLimit(ArgumentResult given)
    {
        if (int.TryParse(given.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0) return limit;
        given.AddError($"--limit takes a number from 1 up, not {given.Tokens[0].Value}.");
        return 0;
    }

    static T Word<T>(ArgumentResult given, Token token, string thing) where T : struct, Enum
    {
        if (char.IsLetter(token.Value.FirstOrDefault()) && Enum.TryParse<T>(token.Value, ignoreCase: true, out var word)) return word;
        given.AddError($"There is no {thing} {token.Value}; the {thing}s are: {Names<T>()}.");
        return default;
    }

    static DateTimeOffset? Time(ArgumentResult given, int ofDay)
    {
        var text = given.Tokens[0].Value;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return new DateTimeOffset(day.AddDays(ofDay), default, default);
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
        given.AddError($"{text} is no time: write a day as 2026-11-30, or a time as 2026-11-30T12:00:00Z.");
        return null;
    }

    static async Task<ExitCode> List(Session session, int limit, BuildFilter filter, CancellationToken ct)
    {
        var page = await First(session.Client, limit, filter, ct);
        var now = session.Time.GetUtcNow();
        session.Screen.Result(page, SkylineJson.Default.BuildPage, to => Table.Write(to,
            ["BUILD", "PACKAGE", "TARGET", "STATE", "OWNER", "SUBMITTED", "WHY"],
            page.Builds.Select(build => (string?[])[$"{build.Id}", build.Nvr, build.Scratch ? $"{build.Target} (scratch)" : build.Draft ? $"{build.Target} (draft)" : build.Target,
                build.State.ToString().ToLowerInvariant(), build.Owner, Amounts.Ago(now - build.SubmittedAt), build.Why])));
        return ExitCode.Ok;
    }

    /// <summary>However many are wanted: the server gives so many at a time.</summary>
    static async Task<BuildPage> First(SkylineClient client, int limit, BuildFilter filter, CancellationToken ct)
    {
        List<BuildSummary> found = [];
        for (long? before = null; ;)
        {
            var page = await client.Builds(filter, ct, before, Math.Min(limit - found.Count, LargestPage));
            found.AddRange(page.Builds);
            if (page.NextBefore is not { } next || found.Count >= limit) return page with { Builds = found };
            before = next;
        }
    }
}
