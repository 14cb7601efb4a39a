using System.Security.Cryptography;
using Skyline.Cli.Builds;
using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Chains;

/// <summary>Sends a chain's source packages ahead: what is there already is not sent again, and what broke off goes on from where it was. Addresses are left to the server.</summary>
static class SendSources
{
    /// <returns>Link by link, what the server knows them by.</returns>
    public static async Task<IReadOnlyList<IReadOnlyList<string>>> All(Session session, IReadOnlyList<IReadOnlyList<SourcePackage>> links, CancellationToken ct)
    {
        session.ComeBack = () => "What was sent is kept for a week; give the same command again, and it goes on from there.";
        var sent = new List<IReadOnlyList<string>>();
        foreach (var link in links)
        {
            var known = new List<string>();
            foreach (var source in link) known.Add(source switch
            {
                SourcePackage.Address address => address.Url,
                SourcePackage.LocalFile file => await Send(session, file, ct),
                _ => throw new System.Diagnostics.UnreachableException(),
            });
            sent.Add(known);
        }
        session.ComeBack = () => null;
        return sent;
    }

    static async Task<string> Send(Session session, SourcePackage.LocalFile file, CancellationToken ct)
    {
        var sha256 = await HashOf(file, ct);
        var keepTrying = new KeepTrying(session.Time, session.Screen.Say);
        await keepTrying.Until(async () =>
        {
            var state = await session.Client.Source(sha256, ct);
            if (!state.Kept) await Rest(session, file, sha256, state.Bytes, ct);
            return true;
        }, ct);
        return sha256;
    }

    static async Task<string> HashOf(SourcePackage.LocalFile file, CancellationToken ct)
    {
        await using var stream = CountedStream.Open(file.Path, _ => { });
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, ct));
    }

    static async Task Rest(Session session, SourcePackage.LocalFile file, string sha256, long from, CancellationToken ct)
    {
        using var http = session.ConnectForUpload();
        using var bar = new ProgressBar(session.Screen, session.Time, Untrusted.Line(file.Name), file.Size);
        bar.Start();
        await using var stream = CountedStream.Open(file.Path, bar.Reached);
        stream.Position = from;
        try
        {
            await new SkylineClient(http).SendSource(stream, sha256, file.Name, from, ct);
        }
        catch (RefusedException refused) when (refused.Status < 500)
        {
            throw new RefusedException(refused.Status, $"{file.Path}: {refused.Message}");
        }
        bar.Finish();
    }
}
