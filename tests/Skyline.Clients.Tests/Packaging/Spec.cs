using System.Globalization;
using System.Text.RegularExpressions;
using Skyline.Testing;
using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests.Packaging;

/// <summary>rpm/skyline.spec as `./dev rpm` gives it to rpmbuild.</summary>
static class Spec
{
    public static string Version { get; } = Regex.Match(File.ReadAllText(Path.Combine(Checkout.Root, "Directory.Build.props")), "<Version>(.*)</Version>").Groups[1].Value;

    public static int Schema { get; } = Directory.GetFiles(Path.Combine(Checkout.Root, "src", "Skyline.Server", "Storage", "Migrations"), "*.sql").Length;

    static readonly string[] macros = File.Exists("/usr/lib/rpm/macros.d/macros.systemd") ? [] : ["--load", Path.Combine(Checkout.Root, "packaging", "rpm", "macros.systemd")];

    public static Task<Tool.Result> Parsed(TempFolder folder, CancellationToken ct, int? schema = null) => Ask(folder, ["--parse"], schema ?? Schema, ct);

    /// <summary>Of every binary package what the format says.</summary>
    public static Task<Tool.Result> Query(TempFolder folder, string format, CancellationToken ct) => Ask(folder, ["--query", "--qf", format], Schema, ct);

    static async Task<Tool.Result> Ask(TempFolder folder, string[] question, int schema, CancellationToken ct)
    {
        var file = Path.Combine(folder.Path, "skyline.spec");
        var head = string.Create(CultureInfo.InvariantCulture, $"""
            %global skyline_version {Version}
            %global skyline_release 1
            %global skyline_schema {schema}
            %global skyline_dagre 1
            %global skyline_server_units skyline.target skyline-server-tls.socket skyline-server.service skyline-server.socket

            """);
        await File.WriteAllTextAsync(file, head + await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "rpm", "skyline.spec"), ct), ct);
        return await Tool.Run("rpmspec", [.. question, .. macros, file], ct);
    }
}
