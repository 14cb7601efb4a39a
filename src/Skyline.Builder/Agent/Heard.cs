namespace Skyline.Builder;

/// <summary>
/// Notes when the server last took this builder at its word, in the age of a file: `skyline-builder --healthy`, which a container's health
/// check runs beside the agent, has nothing else to go by. A builder dials out only, so there is no port to ask.
/// </summary>
sealed class Heard(DataFolder data, TimeProvider time, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>A question for work is held for a minute at most, and a run under way renews its lease more often.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);
    static readonly TimeSpan every = TimeSpan.FromSeconds(5);
    long last = long.MinValue;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.IsSuccessStatusCode) Note();
        return answer;
    }

    void Note()
    {
        var (now, before) = (time.GetTimestamp(), Interlocked.Read(ref last));
        if (before != long.MinValue && time.GetElapsedTime(before, now) < every) return;
        if (Interlocked.CompareExchange(ref last, now, before) != before) return;
        try
        {
            File.WriteAllBytes(data.Heard, []);
            File.SetLastWriteTimeUtc(data.Heard, time.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }      // a full disk is told of elsewhere, and ends no call
    }

    /// <returns>null: all is well; else a sentence.</returns>
    public static string? WhyNot(string folder, TimeProvider time)
    {
        var file = DataFolder.HeardIn(folder);
        if (!File.Exists(file)) return $"No server has answered the builder of {folder} yet; its log says why.";
        var ago = time.GetUtcNow() - File.GetLastWriteTimeUtc(file);
        return ago <= Longest ? null : FormattableString.Invariant($"The server last answered the builder of {folder} {ago.TotalMinutes:0} minutes ago; the builder's log says why.");
    }
}
