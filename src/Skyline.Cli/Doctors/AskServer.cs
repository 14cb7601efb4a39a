using Skyline.Cli.Connection;
using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Cli.Doctors;

/// <summary>Whether the server answers, whose token this is, how far the clocks differ, whether somebody builds, and whether what it serves is signed.</summary>
static class AskServer
{
    static readonly TimeSpan here = TimeSpan.FromMinutes(2);
    const int LongestFile = 4 << 20;

    /// <param name="Version">Of the server; null: it did not answer.</param>
    public sealed record Answer(IReadOnlyList<HealthFinding> Findings, string? Version);

    public static async Task<Answer> Look(Session session, CancellationToken ct)
    {
        var client = session.Client;
        using var http = session.ConnectForUpload();
        var at = ServerAddress.Shown(session.Server!);
        TimeSpan? differs;
        try
        {
            differs = await Clock(http, session.Time, ct);
        }
        catch (Exception fault) when (Trouble.Tell(fault, session.Server) is { } told && !ct.IsCancellationRequested)
        {
            return new([new("server", HealthState.Fault, told.Sentence, "Is it running? On its host: `systemctl status skyline-server`, and `skyline-server doctor` for one that does not start. From elsewhere: is its port open (`firewall-cmd --list-all`), and is this the right address?")], null);
        }
        var (who, token) = await Token(client, ct);
        var findings = new List<HealthFinding> { new("server", HealthState.Ok, $"{at} answers{(who is null ? "" : $"; it is {who.Server}, and this is skyline {Program.Version.Split('+')[0]}")}."), token };
        if (differs is { } skew) findings.Add(Judge(skew));
        findings.Add(await Builders(client, session.Time, ct));
        findings.AddRange(await Repositories(client, http, session.Time, ct));
        findings.AddRange(await Own(client, who, ct));
        return new(findings, who?.Server.Split(' ')[^1] ?? "unknown");
    }

    /// <returns>By how much the server's clock is before ours; null: it does not say.</returns>
    static async Task<TimeSpan?> Clock(HttpClient http, TimeProvider time, CancellationToken ct)
    {
        var asked = time.GetUtcNow();
        using var answer = await http.GetAsync("healthz", HttpCompletionOption.ResponseHeadersRead, ct);
        // It says whole seconds, as of some moment between question and answer.
        return answer.Headers.Date is { } its ? its.AddSeconds(0.5) - (asked + (time.GetUtcNow() - asked) / 2) : null;
    }

    /// <summary>Pure.</summary>
    static HealthFinding Judge(TimeSpan skew) => Math.Abs(skew.TotalSeconds) switch
    {
        < 5 => new("clock", HealthState.Ok, "The server's clock and this machine's agree."),
        var seconds => new("clock", seconds < 60 ? HealthState.Warning : HealthState.Fault, $"The server's clock is {seconds:0} seconds {(skew > TimeSpan.Zero ? "ahead of" : "behind")} this machine's: tokens, certificates and signatures are good too early or too late.", "Have both set their clocks from the network (chrony or systemd-timesyncd)."),
    };

    static async Task<(WhoAmI?, HealthFinding)> Token(SkylineClient client, CancellationToken ct)
    {
        try
        {
            var who = await client.WhoAmI(ct);
            return (who, new("token", HealthState.Ok, $"The token is {who.Name}'s{(who.Role is { } role ? $", who is {role} here" : "")}."));
        }
        catch (RefusedException refused)
        {
            return (null, new("token", HealthState.Fault, refused.Message, "Log in with a token that is valid there: skyline login ADDRESS"));
        }
    }

    static async Task<HealthFinding> Builders(SkylineClient client, TimeProvider time, CancellationToken ct)
    {
        try
        {
            var (all, now) = (await client.Builders(ct), time.GetUtcNow());
            var seen = all.Count(one => one.Enabled && one.LastSeenAt is { } at && now - at < here);
            return seen > 0 ? new("builders seen", HealthState.Ok, $"Builders that asked for work in the last two minutes: {seen} of {all.Count}.")
                : new("builders seen", HealthState.Warning, $"No builder has asked for work in the last two minutes; enrolled are {all.Count}.", "Start one's agent (`systemctl start skyline-builder`), or enrol one: skyline builder add NAME");
        }
        catch (RefusedException refused)
        {
            return new("builders seen", HealthState.Warning, $"The builders cannot be seen: {refused.Message}", "Use a token that may read.");
        }
    }

    /// <summary>The first tag's, as dnf would: metadata, its signature, the key.</summary>
    static async Task<IReadOnlyList<HealthFinding>> Repositories(SkylineClient client, HttpClient http, TimeProvider time, CancellationToken ct)
    {
        try
        {
            var tags = await client.Tags(ct);
            if (tags.FirstOrDefault(tag => tag.Arches.Count > 0) is not { } tag) return [new("repository", HealthState.Warning, "There is no tag yet, so no repository.", "Open the server's first page, or: skyline tag create NAME --chroot CHROOT")];
            var folder = $"repos/{Uri.EscapeDataString(tag.Name)}/{Uri.EscapeDataString(tag.Arches[0])}";
            var repomd = await Get(http, $"{folder}/repodata/repomd.xml", ct);
            var signature = System.Text.Encoding.UTF8.GetString(await Get(http, $"{folder}/repodata/repomd.xml.asc", ct));
            var keys = TrustedKeys.Read(System.Text.Encoding.UTF8.GetString(await Get(http, $"keys/{Uri.EscapeDataString(tag.Name)}.asc", ct)));
            return [keys.WhyNotSignedBy(repomd, signature, time.GetUtcNow(), out var _) is { } why
                ? new("repository", HealthState.Fault, $"The repository of {tag.Name} is served, and its signature is not good: {why}", "See the page of keys; a proxy in between that keeps old files would do this too.")
                : new("repository", HealthState.Ok, $"The repository of {tag.Name} is served, and signed with its key.")];
        }
        catch (Exception fault) when (fault is RefusedException or HttpRequestException or IOException or InvalidDataException)
        {
            return [new("repository", HealthState.Fault, $"The repository cannot be read as dnf would: {fault.Message}", "See the server's log, and what is between here and it.")];
        }
    }

    static async Task<byte[]> Get(HttpClient http, string path, CancellationToken ct)
    {
        using var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, ct);
        if (!answer.IsSuccessStatusCode) throw new IOException($"{path} is answered with {(int)answer.StatusCode}.");
        if (answer.Content.Headers.ContentLength > LongestFile) throw new IOException($"{path} is too long to be true.");
        await answer.Content.LoadIntoBufferAsync(LongestFile, ct);
        return await answer.Content.ReadAsByteArrayAsync(ct);
    }

    static async Task<IReadOnlyList<HealthFinding>> Own(SkylineClient client, WhoAmI? who, CancellationToken ct)
    {
        if (who is not { Admin: true }) return [new("server's checks", HealthState.Ok, "How it stands with disk, keys and the rest of the server is told to its administrators.")];
        try
        {
            return (await client.Health(ct)).Findings;
        }
        catch (RefusedException refused)
        {
            return [new("server's checks", HealthState.Fault, $"The server does not tell how it stands with it: {refused.Message}", "See its log.")];
        }
    }
}
