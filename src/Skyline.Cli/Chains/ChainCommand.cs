using System.CommandLine;
using Skyline.Cli.Batches;
using Skyline.Cli.Builds;
using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Chains;

/// <summary>`skyline chain a.src.rpm : b.src.rpm c.src.rpm`: links in the order given, or with --auto in the order that is found.</summary>
static class ChainCommand
{
    sealed record Wanted(string? Target, bool Scratch, bool Auto, bool Background, string? Title, BuildOptions? Options, bool PlanOnly, bool Yes, bool Wait);

    public static Command Make(GlobalOptions global)
    {
        var sources = new Argument<string[]>("SRPM") { Description = "Source packages: files, or http(s) addresses; ':' between one link and the next", Arity = ArgumentArity.OneOrMore };
        var target = new Option<string?>("--target") { Description = "The target; not needed where there is only one", HelpName = "TARGET" };
        var scratch = new Option<bool>("--scratch") { Description = "Build into a side tag that is thrown away; nothing is published" };
        var auto = new Option<bool>("--auto") { Description = "Find the order from what each package needs and offers; cycles are built in two passes" };
        var plan = new Option<bool>("--plan") { Description = "Show the order and why, and build nothing" };
        var yes = new Option<bool>("--yes") { Description = "Begin without asking" };
        var wait = new Option<bool>("--wait") { Description = "Follow the chain to its end" };
        var background = new Option<bool>("--background") { Description = "Let others go first" };
        var title = new Option<string?>("--title") { Description = "What the chain is called", HelpName = "TITLE" };
        var command = new Command("chain", "Build source packages one after another, each link once the one before is published") { sources, target, scratch, auto, plan, yes, wait, background, title };
        var options = new GivenOptions();
        options.AddTo(command);
        global.Does(command, (parsed, session, ct) => Chain(session, parsed.GetRequiredValue(sources), new(parsed.GetValue(target), parsed.GetValue(scratch), parsed.GetValue(auto), parsed.GetValue(background),
            parsed.GetValue(title), options.Read(parsed), parsed.GetValue(plan), parsed.GetValue(yes), parsed.GetValue(wait)), ct));
        return command;
    }

    static async Task<ExitCode> Chain(Session session, string[] given, Wanted wanted, CancellationToken ct)
    {
        // All are looked at before the first is sent: a slip in the third name costs nothing.
        var links = Links(given, wanted.Auto).Select(link => (IReadOnlyList<SourcePackage>)[.. link.Select(SourcePackage.Find)]).ToList();
        var target = wanted.Target ?? ChooseTarget.Of(await session.Client.Targets(ct));
        var chain = new NewChain(target, await SendSources.All(session, links, ct), wanted.Scratch, wanted.Auto, wanted.Options, wanted.Background, wanted.Title);
        if (wanted.PlanOnly || wanted.Auto && !wanted.Yes)
        {
            var plan = await session.Client.PlanChain(chain, ct);
            if (wanted.PlanOnly) session.Screen.Result(plan, SkylineJson.Default.ChainPlan, to => ShowPlan.Write(to, plan));
            else ShowPlan.Write(session.Screen.Story, plan);
            if (wanted.PlanOnly) return ExitCode.Ok;
            if (!Agreed(session)) return ExitCode.Cancelled;
        }
        var batch = await session.Client.StartChain(chain, ct);
        session.Screen.Say(Untrusted.Line($"Chain {batch.Id} in {batch.Target}, {batch.Waves.Count} links: {ServerAddress.Shown(session.Server!)}/chains/{batch.Id}"));
        if (wanted.Wait) return await WatchBatch.ToTheEnd(session, batch, ct);
        if (session.Screen.Json) session.Screen.Document(batch, SkylineJson.Default.BatchDetails);
        return ExitCode.Ok;
    }

    /// <exception cref="StopException">A link is empty, or links are given to --auto.</exception>
    static List<List<string>> Links(string[] given, bool auto)
    {
        List<List<string>> links = [[]];
        foreach (var word in given)
        {
            if (word == ":") links.Add([]);
            else links[^1].Add(word);
        }
        if (links.Any(link => link.Count == 0)) throw StopException.Usage("A link of the chain is empty: put source packages before and after each ':'.");
        return auto && links.Count > 1 ? throw StopException.Usage("--auto finds the links itself: leave the ':' out.") : links;
    }

    static bool Agreed(Session session)
    {
        if (session.World.ReadSecret is null && !session.Screen.OutIsTerminal) throw StopException.Usage("Nobody can be asked whether to begin: give --yes, or --plan to see the order alone.");
        session.Screen.Story.Write("Begin? [y/N] ");
        session.Screen.Story.Flush();
        return session.World.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
