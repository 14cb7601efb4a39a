using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Batches;

/// <summary>`skyline batch list|show|watch|cancel|resume`: chains, mass rebuilds, runs by the clock.</summary>
static class BatchCommand
{
    public static Command Make(GlobalOptions global) => new("batch", "Look at builds that belong together: chains, mass rebuilds, runs by the clock")
    {
        ListCommand(global), ShowCommand(global), WatchCommand(global),
        ActCommand(global, "cancel", "End a batch: what waits is not built any more, what is done stays", (client, id, ct) => client.CancelBatch(id, ct)),
        ActCommand(global, "resume", "Build what of a batch failed, was blocked or was cancelled; what is done stays done", (client, id, ct) => client.ResumeBatch(id, ct)),
    };

    static Command ListCommand(GlobalOptions global)
    {
        var limit = new Option<int>("--limit") { Description = "How many at most", HelpName = "N", DefaultValueFactory = _ => 20 };
        var command = new Command("list", "List batches, the newest first") { limit };
        global.Does(command, async (parsed, session, ct) =>
        {
            var page = await session.Client.Batches(ct, limit: Math.Clamp(parsed.GetValue(limit), 1, 500));
            session.Screen.Result(page, SkylineJson.Default.BatchPage, to => Table.Write(to, ["BATCH", "KIND", "WHAT", "TARGET", "STATE", "BUILT", "FAILED", "OWNER"],
                page.Batches.Select(batch => (string?[])[$"{batch.Id}", Words(batch.Kind), batch.Title, batch.Target, batch.State.ToString().ToLowerInvariant(),
                    $"{batch.Counts.Done}/{batch.Counts.All}", $"{batch.Counts.Failed}", batch.Owner])));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command ShowCommand(GlobalOptions global)
    {
        var (id, command) = OfOne("show", "Show a batch and each of its source packages: what it waits for, why it failed");
        global.Does(command, async (parsed, session, ct) =>
        {
            var batch = await session.Client.Batch(parsed.GetRequiredValue(id), ct);
            var document = new BatchDocument(batch, await Members(session.Client, batch.Id, ct));
            session.Screen.Result(document, CliJson.Default.BatchDocument, to => Write(to, document));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command WatchCommand(GlobalOptions global)
    {
        var (id, command) = OfOne("watch", "Follow a batch to its end");
        global.Does(command, async (parsed, session, ct) => await WatchBatch.ToTheEnd(session, await session.Client.Batch(parsed.GetRequiredValue(id), ct), ct));
        return command;
    }

    static Command ActCommand(GlobalOptions global, string verb, string description, Func<SkylineClient, long, CancellationToken, Task<BatchDetails>> act)
    {
        var (id, command) = OfOne(verb, description);
        global.Does(command, async (parsed, session, ct) =>
        {
            var batch = await act(session.Client, parsed.GetRequiredValue(id), ct);
            session.Screen.Result(batch, SkylineJson.Default.BatchDetails, to => to.WriteLine(Untrusted.Line(Line(batch))));
            return ExitCode.Ok;
        });
        return command;
    }

    static (Argument<long>, Command) OfOne(string verb, string description)
    {
        var id = new Argument<long>("BATCH") { Description = "Number of the batch" };
        return (id, new Command(verb, description) { id });
    }

    static async Task<IReadOnlyList<BatchMember>> Members(SkylineClient client, long id, CancellationToken ct)
    {
        var members = new List<BatchMember>();
        for (long? after = 0; after is { } from;)
        {
            var page = await client.BatchMembers(id, ct, from);
            members.AddRange(page.Members);
            after = page.NextAfter > from ? page.NextAfter : null;
        }
        return members;
    }

    static void Write(TextWriter to, BatchDocument document)
    {
        to.WriteLine(Untrusted.Line(Line(document.Batch)));
        if (document.Batch.SideTag is { } side) to.WriteLine(Untrusted.Line($"Its builds go to the side tag {side}."));
        Table.Write(to, ["LINK", "PACKAGE", "STATE", "BUILD", "WHY"],
            document.Members.Select(member => (string?[])[$"{member.Wave}", member.Nvr, member.State.ToString().ToLowerInvariant(), member.Build?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "", member.Why]));
    }

    public static string Line(BatchDetails batch) =>
        $"Batch {batch.Id} ({Words(batch.Kind)}), {batch.Title}: {batch.State.ToString().ToLowerInvariant()}, {batch.Counts.Done} of {batch.Counts.All} built{(batch.Counts.Failed > 0 ? $", {batch.Counts.Failed} failed" : "")}. {batch.Why}".TrimEnd();

    static string Words(BatchKind kind) => kind switch { BatchKind.Chain => "chain", BatchKind.MassRebuild => "mass rebuild", _ => "scheduled run" };
}
