using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Repos;

/// <summary>Waits for a repository. The server wakes us: it holds each question until there is a snapshot, or none will come.</summary>
static class WaitForRepo
{
    /// <summary>How long the server may hold a question.</summary>
    static readonly TimeSpan hold = TimeSpan.FromSeconds(50);

    /// <exception cref="StopException">It will not hold them as things are, or the time is over; the sentence says why.</exception>
    public static async Task<RepoHolds> ToHold(Session session, string tag, IReadOnlyList<string> nvrs, TimeSpan? atMost, CancellationToken ct)
    {
        session.ComeBack = () => $"Come back to it with: skyline repo wait {tag} {string.Join(' ', nvrs)}";
        var keepTrying = new KeepTrying(session.Time, session.Screen.Say);
        var (started, said, wait) = (session.Time.GetTimestamp(), "", TimeSpan.Zero);
        while (true)
        {
            var asked = session.Time.GetTimestamp();
            var answer = await keepTrying.Until(() => session.Client.WaitRepo(tag, nvrs, (int)Math.Ceiling(wait.TotalSeconds), ct), ct);
            if (answer.Holds) return answer;
            if (!answer.Pending) throw new StopException(ExitCode.Refused, answer.Why);
            if (answer.Why != said) session.Screen.Say(Untrusted.Line(said = answer.Why));
            var left = atMost - session.Time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) throw new StopException(ExitCode.TimedOut, $"Not within {atMost!.Value.TotalSeconds:0} s: {answer.Why}");
            // Something between us and the server does not hold the question: ask no more than once a second.
            if (wait > TimeSpan.Zero && session.Time.GetElapsedTime(asked) < TimeSpan.FromSeconds(1)) await Task.Delay(TimeSpan.FromSeconds(1), session.Time, ct);
            wait = left < hold ? left.Value : hold;
        }
    }
}
