using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Backups;
using Skyline.Server.Builders;

namespace Skyline.Server.Health;

/// <summary>`skyline-server doctor [--json]`, on the host, for a server that does not start: what is well, what is not, and the cure of each.</summary>
static class Doctor
{
    public const string Command = "doctor";
    const int Usage = 2, Faults = 7;

    public static async Task<int> Run(string[] args, TextWriter output, TextWriter error)
    {
        if (args.FirstOrDefault(arg => arg != "--json" && !arg.StartsWith("--Skyline:", StringComparison.OrdinalIgnoreCase) && !arg.StartsWith("--urls", StringComparison.OrdinalIgnoreCase)) is { } unknown)
        {
            await error.WriteLineAsync($"There is no option {unknown}: skyline-server {Command} [--json]");
            return Usage;
        }
        var findings = Look(args);
        if (args.Contains("--json")) await output.WriteLineAsync(JsonSerializer.Serialize(new ServerHealth(ReadHealth.Worst(findings), TimeProvider.System.GetUtcNow(), VersionNotice.Own, [.. findings.Select(one => one.OnTheWire())]), SkylineJson.Default.ServerHealth));
        else
            foreach (var finding in findings.Select(one => one.OnTheWire())) await output.WriteLineAsync(Told(finding));
        return ReadHealth.Worst(findings) == HealthState.Fault ? Faults : 0;
    }

    static string Told(HealthFinding finding) =>
        $"{(finding.State switch { HealthState.Ok => "ok     ", HealthState.Warning => "warning", _ => "FAULT  " })} {finding.Check}: {finding.Says}{(finding.Cure is { } cure ? $"\n        Cure: {cure}" : "")}";

    static IReadOnlyList<Finding> Look(string[] args)
    {
        var configuration = HostSettings.Configuration(args);
        SkylineSettings settings;
        try
        {
            settings = configuration.GetSection("Skyline").Get<SkylineSettings>() ?? new();
        }
        catch (InvalidOperationException wrong)
        {
            return [new("settings", HealthState.Fault, $"A setting cannot be read: {wrong.Message}", $"Mend it in /etc/skyline/server.conf or where else it is set, then ask again.")];
        }
        var facts = ReadHost.Of(settings);
        var urls = (configuration["urls"] ?? configuration["ASPNETCORE_URLS"] ?? "http://localhost:8420").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(url => url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal))
            .Select(url => Uri.TryCreate(url, UriKind.Absolute, out var address) ? address : null).OfType<Uri>();
        return [.. CheckHost.Settings(configuration), .. CheckHost.Judge(facts, settings), .. CheckHost.Port(urls, facts.Holder), .. CheckHost.Programs(settings, CheckHost.Find),
            CheckStorage.Backups(LastBackup.Of(facts.Data), TimeProvider.System.GetUtcNow())];
    }
}
