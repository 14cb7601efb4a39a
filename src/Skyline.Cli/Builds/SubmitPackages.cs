using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>What became of one source package that was to be submitted.</summary>
abstract record Sent(SourcePackage Source)
{
    public sealed record Queued(SourcePackage Source, BuildDetails Build) : Sent(Source);

    public sealed record Failed(SourcePackage Source, CliError Why) : Sent(Source);
}

/// <summary>Several source packages on their way at once, each to a build of its own: what is refused of one keeps none of the others.</summary>
static class SubmitPackages
{
    public const int AtOnce = 4;

    /// <returns>In the order given.</returns>
    public static async Task<IReadOnlyList<Sent>> All(Session session, IReadOnlyList<SourcePackage> sources, string target, bool scratch, Wishes wishes, CancellationToken ct)
    {
        using var lines = new ProgressLines(session.Screen, session.Time);
        using var turns = new SemaphoreSlim(AtOnce);
        var left = sources.Select(source => source.Name).ToList();
        session.ComeBack = () => ComeBack(left);
        // (One connection, made before all of them ask for it.)
        _ = session.Client;
        var sent = await Task.WhenAll(sources.Select(One));
        session.ComeBack = () => null;
        return sent;

        async Task<Sent> One(SourcePackage source)
        {
            await turns.WaitAsync(ct);
            try
            {
                var build = await SubmitPackage.To(session, lines, source, target, scratch, wishes, ct);
                lock (left) left.Remove(source.Name);
                return new Sent.Queued(source, build);
            }
            catch (Exception fault) when (!ct.IsCancellationRequested && Trouble.Tell(fault, session.Server) is { } told)
            {
                return new Sent.Failed(source, new((int)told.Code, told.Sentence, (fault as RefusedException)?.Status));
            }
            finally
            {
                turns.Release();
            }
        }
    }

    static string ComeBack(List<string> left)
    {
        lock (left) return $"{string.Join(", ", left)} may not have been submitted; see: skyline builds";
    }
}
