using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Skyline.Protocol;

namespace Skyline.Testing;

/// <summary>The server as a process: started, killed and started again on the same data and the same port.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    readonly Dictionary<string, string> environment;
    readonly List<string> args = [];
    ProgramProcess? running;

    /// <param name="host">Which of this machine's addresses it is reached by.</param>
    /// <param name="settings">By the names of the environment; what begins with -- is said on the command line, where bounds do not hold. What is `PORT` in a value becomes the port.</param>
    public ServerProcess(string data, IReadOnlyDictionary<string, string>? settings = null, string host = "127.0.0.1")
    {
        Address = new($"http://{host}:{FreePort()}");
        Data = data;
        environment = new()
        {
            ["Skyline__Data"] = data,
            ["Skyline__Chroots"] = Checkout.Chroots,
            ["Skyline__FirstTag"] = "testos",
            // A run's disk is set aside whole, and many tests run beside each other on one.
            ["Skyline__BuildDiskBytes"] = "2 GiB",
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["SKYLINE_TESTOS"] = Checkout.TestOs,
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            if (name.StartsWith("--", StringComparison.Ordinal)) args.Add($"{name}={value}");
            else environment[name] = value.Replace("PORT", Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    public string Data { get; }
    public Uri Address { get; }
    public ProgramProcess Process => running ?? throw new InvalidOperationException("The server is not running.");
    public string AdminTokenFile => Path.Combine(Data, "admin.token");
    public string BuilderTokenFile => Path.Combine(Data, "builder.token");

    public async Task Start()
    {
        running = ProgramProcess.Start(Checkout.Program("Skyline.Server", "skyline-server"), ["--urls", Address.ToString(), .. args], environment);
        await running.Line("Now listening on: ");
    }

    /// <summary>Below the range that the system takes for outgoing connections, so that nobody has it while the server is down.</summary>
    static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 30_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's; another one.
            }
        }
    }

    public async Task Kill()
    {
        await Process.Kill();
        await Process.DisposeAsync();
        running = null;
    }

    public HttpClient Http(string? tokenFile = null)
    {
        var http = new HttpClient { BaseAddress = Address, Timeout = Timeout.InfiniteTimeSpan };
        if (tokenFile is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(tokenFile).Trim());
        return http;
    }

    public SkylineClient Admin() => new(Http(AdminTokenFile));

    public async ValueTask DisposeAsync()
    {
        if (running is not null) await running.DisposeAsync();
    }
}
