using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Skyline.Server.Tests.Edge;

/// <summary>A program of others beside the server, on a loopback port of its own: a reverse proxy, a proxy, an authority.</summary>
sealed class RealProgram : IAsyncDisposable
{
    readonly Process process;

    RealProgram(Process process) => this.process = process;

    /// <summary>A port that was free a moment ago, for programs that cannot say which one they took.</summary>
    public static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    /// <summary>Until it answers at the port.</summary>
    public static async Task<RealProgram> Start(string program, IReadOnlyList<string> arguments, int port, string folder, CancellationToken ct, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var started = new RealProgram(Process.Start(start)!);
        var said = Task.WhenAll(started.process.StandardOutput.ReadToEndAsync(ct), started.process.StandardError.ReadToEndAsync(ct));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await Answers(port, ct))
        {
            if (started.process.HasExited) throw new InvalidOperationException($"{program} ended: {string.Join("\n", await said)}");
            await tick.WaitForNextTickAsync(ct);
        }
        return started;
    }

    static async Task<bool> Answers(int port, CancellationToken ct)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>nginx, as the manual says it: below /skyline is the server, and elsewhere nobody.</summary>
    public static async Task<RealProgram> Nginx(string folder, int port, Uri server, CancellationToken ct, string scheme = "http", string cut = "/skyline/")
    {
        var file = Path.Combine(folder, $"nginx-{port}.conf");
        await File.WriteAllTextAsync(file, $$"""
            daemon off;
            master_process off;
            pid {{folder}}/nginx-{{port}}.pid;
            error_log stderr;
            events { }
            http {
                access_log off;
                client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/f; uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s;
                map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
                server {
                    listen 127.0.0.1:{{port}};
                    client_max_body_size 0;
                    location /skyline/ {
                        proxy_pass http://{{server.Authority}}{{cut}};
                        proxy_http_version 1.1;
                        proxy_buffering off;
                        proxy_request_buffering off;
                        proxy_read_timeout 1h;
                        proxy_set_header Host $http_host;
                        proxy_set_header X-Forwarded-For $remote_addr;
                        proxy_set_header X-Forwarded-Proto {{scheme}};
                        proxy_set_header Upgrade $http_upgrade;
                        proxy_set_header Connection $connection_upgrade;
                    }
                    location / { return 418; }
                }
            }
            """, ct);
        return await Start("/usr/sbin/nginx", ["-p", folder, "-c", file], port, folder, ct);
    }
}
