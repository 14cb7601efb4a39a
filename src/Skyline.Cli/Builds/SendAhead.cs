using System.Security.Cryptography;
using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>Sends a source package ahead of what is to be done with it: what is there already is not sent again, and what broke off goes on from where it was, in a later run of the program too.</summary>
static class SendAhead
{
    public const string Kept = "What was sent is kept for a while; give the same command again, and it goes on from there.";

    /// <returns>The SHA-256 that the server knows it by.</returns>
    /// <param name="first">Asked when the hash is known, before anything is sent.</param>
    public static async Task<string> Send(Session session, ProgressLines lines, SourcePackage.LocalFile file, CancellationToken ct, Func<string, Task>? first = null)
    {
        var sha256 = await HashOf(file, ct);
        if (first is not null) await first(sha256);
        var keepTrying = new KeepTrying(session.Time, lines.Say);
        var (again, come) = (true, 0L);
        await keepTrying.Until(async () =>
        {
            var state = await session.Client.Source(sha256, ct);
            if (state.Kept) return true;
            // However often it breaks off: as long as it gets on, nobody gives up.
            if (state.Bytes > come) keepTrying.Progress();
            come = state.Bytes;
            try
            {
                await Rest(session, lines, file, sha256, state.Bytes, ct);
            }
            // What had come before was not of this file, and is gone now.
            catch (RefusedException refused) when (refused.Status == 409 && state.Bytes > 0 && again)
            {
                again = false;
                await Rest(session, lines, file, sha256, 0, ct);
            }
            return true;
        }, ct);
        return sha256;
    }

    static async Task<string> HashOf(SourcePackage.LocalFile file, CancellationToken ct)
    {
        await using var stream = CountedStream.Open(file.Path, _ => { });
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, ct));
    }

    static async Task Rest(Session session, ProgressLines lines, SourcePackage.LocalFile file, string sha256, long from, CancellationToken ct)
    {
        using var http = session.ConnectForUpload();
        using var line = lines.Begin(Untrusted.Line(file.Name), file.Size);
        if (from > 0) lines.Say($"{Untrusted.Line(file.Name)} goes on from {Amounts.Bytes(from)} of {Amounts.Bytes(file.Size)}.");
        await using var stream = CountedStream.Open(file.Path, line.Reached);
        stream.Position = from;
        await new SkylineClient(http).SendSource(stream, sha256, file.Name, from, ct);
        line.Finish();
    }
}
