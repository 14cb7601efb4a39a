using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Skyline.Benchmarks;

/// <summary>nginx as its manual recommends for files: sendfile, tcp_nopush, a worker a core. Everything of it is in one folder.</summary>
sealed class Nginx : IAsyncDisposable
{
    readonly Process process;

    Nginx(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }
    public int Id => process.Id;

    /// <param name="root">What it serves, world-readable: its workers are another user's.</param>
    public static async Task<Nginx> Start(string folder, string root, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var config = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(config, $$"""
            worker_processes auto;
            error_log stderr;
            pid {{folder}}/nginx.pid;
            events { worker_connections 1024; }
            http {
                sendfile on;
                tcp_nopush on;
                access_log off;
                keepalive_requests 1000000;
                default_type application/x-rpm;
                client_body_temp_path {{folder}}/body;
                proxy_temp_path {{folder}}/proxy;
                fastcgi_temp_path {{folder}}/fastcgi;
                uwsgi_temp_path {{folder}}/uwsgi;
                scgi_temp_path {{folder}}/scgi;
                server { listen {{address.Authority}}; root {{root}}; }
            }
            """, ct);
        var program = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
        var process = Process.Start(new ProcessStartInfo(program) { ArgumentList = { "-e", "stderr", "-p", folder, "-c", config, "-g", "daemon off;" } })
            ?? throw new InvalidOperationException("nginx did not start.");
        var nginx = new Nginx(process, address);
        await nginx.Listening(ct);
        return nginx;
    }

    async Task Listening(CancellationToken ct)
    {
        for (var attempts = 100; attempts > 0 && !process.HasExited; attempts--)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Address.Port, ct);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct);
            }
        }
        throw new InvalidOperationException("nginx does not listen; what it said is above.");
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>SIGTERM to the master, which ends its workers.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await process.WaitForExitAsync();
        }
        process.Dispose();
    }
}
