using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Keeping;

/// <summary>`skyline repo verify [TAG]`: findings as they come, and an exit code of its own if there are any.</summary>
static class VerifyCommand
{
    public static Command Make(GlobalOptions global)
    {
        var tag = new Argument<string?>("TAG") { Description = "Only this tag's repositories (default: everything)", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("verify", "Digest everything that is kept anew, and report what is not as it should be") { tag };
        global.Does(command, async (parsed, session, ct) =>
        {
            var (findings, result) = await Follow(session, parsed.GetValue(tag), ct);
            session.Screen.Result(new VerifyDocument(findings, result), CliJson.Default.VerifyDocument, to => to.WriteLine(
                $"{result.Blobs} files, {result.SignedPackages} signed packages, {result.MetadataFiles} metadata files and {result.Snapshots} snapshots "
                + $"({Amounts.Bytes(result.Bytes)}) were checked in {Amounts.Seconds(result.Seconds)}: "
                + (result.Findings == 0 ? "all is as it should be." : $"{result.Findings} findings.")
                + (result.OrphanBlobs == 0 ? "" : $" Nothing points at {result.OrphanBlobs} files ({Amounts.Bytes(result.OrphanBytes)}); `skyline repo gc` removes those that are old enough.")));
            return result.Findings == 0 ? ExitCode.Ok : ExitCode.Damaged;
        });
        return command;
    }

    static async Task<(IReadOnlyList<string> Findings, VerifyResult Result)> Follow(Session session, string? tag, CancellationToken ct)
    {
        var findings = new List<string>();
        await foreach (var line in session.Client.Verify(tag, ct))
        {
            if (line.Finding is { } finding)
            {
                findings.Add(finding);
                session.Screen.Say(Untrusted.Line(finding));
            }
            if (line.Progress is { } progress && session.Screen.Live) session.Screen.Warn(Untrusted.Line($"… {progress.Done} {progress.Of}, {Amounts.Bytes(progress.Bytes)}"));
            if (line.Result is { } result) return (findings, result);
        }
        throw new IOException("the check was cut off before its end");
    }
}

/// <summary>What `repo verify` answers.</summary>
sealed record VerifyDocument(IReadOnlyList<string> Findings, VerifyResult Result);
