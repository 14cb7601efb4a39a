using Skyline.Cli.Builds;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Chains;

/// <summary>Sends a chain's source packages ahead, a few at once. Addresses are left to the server.</summary>
static class SendSources
{
    /// <returns>Link by link, what the server knows them by.</returns>
    public static async Task<IReadOnlyList<IReadOnlyList<string>>> All(Session session, IReadOnlyList<IReadOnlyList<SourcePackage>> links, CancellationToken ct)
    {
        session.ComeBack = () => SendAhead.Kept;
        using var lines = new ProgressLines(session.Screen, session.Time);
        using var firstFault = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var turns = new SemaphoreSlim(SubmitPackages.AtOnce);
        _ = session.Client;
        var sent = await Task.WhenAll(links.SelectMany(link => link).Select(source => One(session, lines, source, turns, firstFault)));
        session.ComeBack = () => null;
        var next = 0;
        return [.. links.Select(link => (IReadOnlyList<string>)[.. link.Select(_ => sent[next++])])];
    }

    static async Task<string> One(Session session, ProgressLines lines, SourcePackage source, SemaphoreSlim turns, CancellationTokenSource all)
    {
        if (source is not SourcePackage.LocalFile file) return source is SourcePackage.Address address ? address.Url : throw StopException.Usage($"{source.Name}: a chain is made of source packages; build from Git with `skyline build`.");
        await turns.WaitAsync(all.Token);
        try
        {
            return await SendAhead.Send(session, lines, file, all.Token);
        }
        catch (Exception fault)
        {
            // The others are told first: what they have sent is kept.
            await all.CancelAsync();
            if (fault is RefusedException { Status: < 500 } refused) throw new RefusedException(refused.Status, $"{file.Path}: {refused.Message}");
            throw;
        }
        finally
        {
            turns.Release();
        }
    }
}
