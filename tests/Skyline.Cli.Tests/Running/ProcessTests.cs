using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Skyline.Cli.Tests.StandIn;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.Running;

/// <summary>What only a process of its own can show.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task The_version_is_told()
    {
        using var process = ChildProcess.Skyline("", ["--version"]);

        var (code, output, _) = await process.End();

        Assert.Equal((0, "0.1.0\n"), (code, output));
    }

    [Fact]
    public async Task Ctrl_C_leaves_the_build_running()
    {
        await using var server = await StandInServer.Start();
        server.Builds.Add("hello-2.12-1");
        using var process = ChildProcess.Skyline(server.Url, ["watch", "17"]);
        await server.Builds.SomebodyWaitsFor(17);

        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        var (code, _, error) = await process.End();

        Assert.Equal((130, "Interrupted. Build 17 goes on; come back to it with: skyline watch 17\n"), (code, error));
        Assert.Equal(BuildState.Waiting, server.Builds.Find(17)!.State);
    }

    [Fact]
    public async Task A_follow_ends_when_its_reader_has_gone()
    {
        await using var server = await StandInServer.Start();
        server.Logs.Append(5017, "first\n");
        using var process = ChildProcess.Skyline(server.Url, ["log", "--run", "5017", "--follow"]);
        Assert.Equal("first", await process.StandardOutput.ReadLineAsync());

        // As `| head -n 1` does; the log goes on, and nobody reads it.
        process.StandardOutput.Close();
        server.Logs.Append(5017, "second\n");

        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(141, process.ExitCode);
    }

    [Fact]
    public async Task The_proxy_of_the_environment_is_used()
    {
        await using var proxy = await StandInServer.Start();
        using var process = ChildProcess.Skyline("http://skyline.invalid", ["target", "list"], ("http_proxy", proxy.Url), ("no_proxy", ""));

        var (code, output, error) = await process.End();

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("testos", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_a_gigabyte_is_uploaded_with_a_heap_of_a_twentieth_of_it()
    {
        await using var server = await StandInServer.Start();
        using var folder = new TempFolder();
        var srpm = Samples.SourceRpm(folder.Path, "big.src.rpm", 512 << 20);
        using var process = ChildProcess.Skyline(server.Url, ["build", srpm], ("DOTNET_GCHeapHardLimit", "0x1A00000"));

        var (code, _, error) = await process.End();

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(512 << 20, server.Uploads.Single().Length);
    }

    [Fact]
    public async Task A_refused_package_is_not_sent()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var folder = new TempFolder();
        var srpm = Samples.SourceRpm(folder.Path, "big.src.rpm", 10 << 20);
        var run = CliRun.Start(new CliWorld { Server = $"http://{listener.LocalEndpoint}" }, "build", "--target", "testos", srpm);

        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        await ReadHead(stream);
        await stream.WriteAsync(Refusal("""{"detail":"There is no target testos.","status":404}""", 404));

        Assert.Equal((int)ExitCode.Refused, await run.Exit);
        Assert.Equal("There is no target testos.\n", run.Error);
        // What it is to be, it asked; of the ten megabytes nothing came.
        using var came = new MemoryStream();
        await stream.CopyToAsync(came, TestContext.Current.CancellationToken);
        Assert.InRange(came.Length, 1, 2000);
    }

    [Fact]
    public async Task A_refusal_is_heard_from_a_server_that_reads_no_more()
    {
        // (More than fits into what the kernel keeps for both ends; in one piece, as what is not large is sent.)
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Server.ReceiveBufferSize = 64 << 10;
        listener.Start();
        using var folder = new TempFolder();
        var srpm = Samples.SourceRpm(folder.Path, "big.src.rpm", 7 << 20);
        var run = CliRun.Start(new CliWorld { Server = $"http://{listener.LocalEndpoint}" }, "build", "--target", "testos", srpm);

        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        await ReadHead(stream);
        await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
        await stream.ReadExactlyAsync(new byte[1 << 20]);
        await stream.WriteAsync(Refusal("""{"detail":"big-1-1 is built already.","status":409}""", 409));

        Assert.Equal((int)ExitCode.Refused, await run.Exit);
        Assert.Equal("big-1-1 is built already.\n", run.Error);
    }

    static async Task ReadHead(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!Encoding.ASCII.GetString([.. head]).EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Add(one[0]);
        }
    }

    static byte[] Refusal(string problem, int status) => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 {status} Refused\r\nContent-Type: application/problem+json\r\nContent-Length: {problem.Length}\r\nConnection: close\r\n\r\n{problem}");
}
