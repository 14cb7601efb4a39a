using System.Text.RegularExpressions;
using Skyline.Testing;

namespace Skyline.Server.Tests.Edge;

/// <summary>Each program has one place that makes its ways out over HTTP, so that proxies, their passwords, and whom this machine trusts are thought of once.</summary>
public sealed partial class OnePlaceTests
{
    static readonly string[] places = ["Skyline.Server/Edge/OutwardHttp.cs", "Skyline.Builder/Agent/ServerSockets.cs", "Skyline.Cli/Connection/OpenConnection.cs"];

    [GeneratedRegex(@"new\s+(SocketsHttpHandler|HttpClientHandler|WinHttpHandler|ClientWebSocket|TcpClient|WebClient)\b|new\s+HttpClient\s*\(\s*\)|new\s+HttpMessageInvoker\s*\(\s*new|WebRequest\.Create|(SocketsHttpHandler|HttpClientHandler)\s+\w+(\([^)]*\))?\s*=>?\s*new\s*\(|AddHttpClient|HttpClient\s+\w+\s*=\s*new\s*\(\s*\)")]
    private static partial Regex WayOut();

    [Fact]
    public void Nobody_else_makes_a_way_out()
    {
        var source = Path.Combine(Checkout.Root, "src");
        var found = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(source, "*.razor", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(source, file).Replace('\\', '/')).Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Where(file => WayOut().IsMatch(File.ReadAllText(Path.Combine(source, file)))).Order(StringComparer.Ordinal);

        Assert.Equal(places.Order(StringComparer.Ordinal), found);
    }
}
