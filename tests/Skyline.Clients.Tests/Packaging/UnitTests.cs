using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Skyline.Testing;
using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests.Packaging;

/// <summary>The units, as systemd reads them, and what the programs do for them.</summary>
public sealed class UnitTests : IDisposable
{
    readonly TempFolder folder = new();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string Unit(string name) => Path.Combine(Checkout.Root, "packaging", "systemd", name);

    [Fact]
    public async Task The_servers_service_is_exposed_by_no_more_than_two_and_a_half_of_ten()
    {
        var scored = await Tool.Run("systemd-analyze", ["security", "--offline=true", "--no-pager", "--threshold=25", Unit("skyline-server.service")], Ct);

        Assert.True(scored.ExitCode == 0, scored.Output);
        Assert.Contains("Overall exposure level", scored.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_builder_gets_its_token_and_cannot_look_into_the_servers_data()
    {
        var unit = await File.ReadAllTextAsync(Unit("skyline-builder.service"), Ct);

        Assert.Contains("LoadCredential=token:/etc/skyline/builder.token\n", unit, StringComparison.Ordinal);
        Assert.Contains("--token-file %d/token ", unit, StringComparison.Ordinal);
        Assert.Contains("InaccessiblePaths=-/var/lib/skyline\n", unit, StringComparison.Ordinal);
        // (The link that the server's package leaves, to the token that its first start makes.)
        Assert.Matches(new Regex("^L /etc/skyline/builder.token .* /var/lib/skyline/builder.token$", RegexOptions.Multiline), await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "packaging", "tmpfiles.d", "skyline.conf"), Ct));
    }

    [Fact(Timeout = 120_000)]
    public async Task Systemd_is_told_when_the_server_is_ready_and_a_package_finds_the_schema_of_its_data()
    {
        var address = Path.Combine(folder.Path, "notify");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(address));
        await using var server = new ServerProcess(Path.Combine(folder.Path, "data"), new Dictionary<string, string> { ["NOTIFY_SOCKET"] = address });

        await server.Start();
        var told = new byte[64];
        var length = await systemd.ReceiveAsync(told, Ct);

        Assert.Equal("READY=1", Encoding.UTF8.GetString(told, 0, length));
        Assert.True(File.Exists(server.BuilderTokenFile), "The builder is started when the server is ready, and its token is not there.");
        Assert.Equal($"{Spec.Schema}\n", await File.ReadAllTextAsync(Path.Combine(server.Data, "schema"), Ct));
    }

    public void Dispose() => folder.Dispose();
}
