using Skyline.Cli.Connection;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>Waits for builds to end and shows how they go. The server wakes us: it holds each question until something has changed.</summary>
static class WatchBuilds
{
    /// <summary>How long the server may hold a question, in seconds.</summary>
    const int Hold = 50;

    /// <returns>The builds as they ended, in the order given.</returns>
    public static async Task<IReadOnlyList<BuildDetails>> ToTheEnd(Session session, IReadOnlyList<long> builds, CancellationToken ct)
    {
        session.ComeBack = () => HowToComeBack(session, builds);
        await using IStatusView view = session.Screen.Live ? new LiveStatus(session.Screen, session.Time) : new PlainStatus(session.Screen);
        using var firstFault = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watches = builds.Select(id => Watch(session, view, id, firstFault)).ToList();
        var ended = await Task.WhenAll(watches);
        session.ComeBack = () => null;
        return ended;
    }

    static async Task<BuildDetails> Watch(Session session, IStatusView view, long id, CancellationTokenSource all)
    {
        try
        {
            return await Watch(session, view, id, all.Token);
        }
        catch
        {
            // A build that does not exist ends the whole command now, not when the others have ended.
            await all.CancelAsync();
            throw;
        }
    }

    static async Task<BuildDetails> Watch(Session session, IStatusView view, long id, CancellationToken ct)
    {
        var keepTrying = new KeepTrying(session.Time, view.Note);
        var build = await session.Client.Build(id, ct);
        Show(build);
        while (!build.State.IsOver())
        {
            var asked = session.Time.GetTimestamp();
            var now = await keepTrying.Until(() => session.Client.WaitBuild(id, build.Revision, Hold, ct), ct);
            if (now.Revision != build.Revision) Show(now);
            // Something between us and the server does not hold the question: ask no more than once a second.
            else if (session.Time.GetElapsedTime(asked) < TimeSpan.FromSeconds(1)) await Task.Delay(TimeSpan.FromSeconds(1), session.Time, ct);
            build = now;
        }
        return build;

        void Show(BuildDetails seen)
        {
            session.Know(seen);
            view.Show(seen);
        }
    }

    static string? HowToComeBack(Session session, IReadOnlyList<long> builds)
    {
        var over = session.Builds.Where(build => build.State.IsOver()).Select(build => build.Id).ToHashSet();
        var going = builds.Where(id => !over.Contains(id)).ToList();
        return going.Count switch
        {
            0 => null,
            1 => $"Build {going[0]} goes on; come back to it with: skyline watch {going[0]}",
            _ => $"Builds {string.Join(", ", going)} go on; come back to them with: skyline watch {string.Join(' ', going)}",
        };
    }
}
