using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Skyline.Protocol;

namespace Skyline.Cli.Doctors;

/// <summary>Where the server is to be on this very machine: its units, and whether its port is open to others.</summary>
static class ThisMachine
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<HealthFinding>> Look(Uri? server, CancellationToken ct)
    {
        if (server is not { IsLoopback: true }) return [];
        var findings = new List<HealthFinding>();
        foreach (var unit in new[] { "skyline-server", "skyline-builder" })
            if (await Says("systemctl", ["show", "--property=LoadState,ActiveState", "--value", $"{unit}.service"], ct) is { } said && Unit(unit, said) is { } finding) findings.Add(finding);
        var port = server.Port.ToString(CultureInfo.InvariantCulture);
        if (await Says("firewall-cmd", [$"--query-port={port}/tcp"], ct) is { } open && Firewall(port, open) is { } about) findings.Add(about);
        return findings;
    }

    /// <summary>Pure.</summary>
    /// <returns>Null: there is no such unit.</returns>
    public static HealthFinding? Unit(string unit, string said) => said.Split('\n', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["loaded", "active"] => new("units", HealthState.Ok, $"The unit {unit} is active."),
        ["loaded", var state] => new("units", HealthState.Warning, $"The unit {unit} is {state}.", $"`systemctl status {unit}` says why; `systemctl enable --now {unit}` starts it."),
        _ => null,
    };

    public static HealthFinding? Firewall(string port, string said) => said.Trim() switch
    {
        "yes" => new("firewall", HealthState.Ok, $"The firewall lets others reach port {port}."),
        "no" => new("firewall", HealthState.Ok, $"The firewall lets nobody else reach port {port}. Where others are to, and no reverse proxy is in front: `firewall-cmd --permanent --add-port={port}/tcp && firewall-cmd --reload`."),
        _ => null,
    };

    /// <returns>Null: the program is not here, or does not answer.</returns>
    static async Task<string?> Says(string program, IReadOnlyList<string> args, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in args) start.ArgumentList.Add(arg);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        try
        {
            using var process = Process.Start(start);
            if (process is null) return null;
            try
            {
                var (output, _) = (await process.StandardOutput.ReadToEndAsync(limit.Token), await process.StandardError.ReadToEndAsync(limit.Token));
                await process.WaitForExitAsync(limit.Token);
                return output;
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                process.Kill();
                return null;
            }
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
