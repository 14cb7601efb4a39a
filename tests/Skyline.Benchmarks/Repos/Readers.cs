using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Skyline.Benchmarks;

/// <param name="Cpu">Of the server, all its processes.</param>
readonly record struct ReadCost(long Bytes, TimeSpan Wall, TimeSpan Cpu)
{
    public double MegabytesPerSecond => Bytes / 1e6 / Wall.TotalSeconds;
    public double CpuSecondsPerGigabyte => Cpu.TotalSeconds / (Bytes / 1e9);
}

/// <summary>Clients that download files over kept-alive connections and throw them away: a thread and a blocking socket each, so that they cost little.</summary>
static class Readers
{
    const int BufferSize = 256 << 10;

    /// <param name="paths">Taken in this order by whichever connection is free.</param>
    public static ReadCost Read(Uri server, int process, int connections, IReadOnlyList<(string Path, long Size)> paths)
    {
        var (next, bytes) = (-1, 0L);
        Exception? fault = null;
        var threads = Enumerable.Range(0, connections).Select(_ => new Thread(() =>
        {
            try
            {
                using var connection = new Connection(server);
                for (var i = Interlocked.Increment(ref next); i < paths.Count; i = Interlocked.Increment(ref next))
                    Interlocked.Add(ref bytes, connection.Get(paths[i].Path, paths[i].Size));
            }
            catch (Exception gone)
            {
                fault = gone;
            }
        })).ToArray();
        var (cpu, watch) = (CpuOf(process), Stopwatch.StartNew());
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        var cost = new ReadCost(bytes, watch.Elapsed, CpuOf(process) - cpu);
        return fault is null ? cost : throw new InvalidOperationException($"A download from {server} failed.", fault);
    }

    /// <summary>A process and its children, those that live.</summary>
    static TimeSpan CpuOf(int process)
    {
        const int ticksPerSecond = 100, userTime = 11;
        var children = File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return children.Append(process.ToString(CultureInfo.InvariantCulture)).Aggregate(TimeSpan.Zero, (sum, id) =>
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return sum + TimeSpan.FromSeconds((double)(long.Parse(fields[userTime], CultureInfo.InvariantCulture) + long.Parse(fields[userTime + 1], CultureInfo.InvariantCulture)) / ticksPerSecond);
        });
    }

    sealed class Connection : IDisposable
    {
        readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        readonly byte[] buffer = new byte[BufferSize];
        readonly string host;

        public Connection(Uri server)
        {
            host = server.Authority;
            socket.NoDelay = true;
            socket.Connect(IPAddress.Parse(server.Host), server.Port);
        }

        public long Get(string path, long size)
        {
            socket.Send(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: libdnf\r\nAccept: */*\r\n\r\n"));
            var (filled, body) = (0, -1);
            while (body < 0)
            {
                var read = socket.Receive(buffer, filled, buffer.Length - filled, SocketFlags.None);
                if (read == 0) throw new IOException($"{path}: the connection was closed.");
                filled += read;
                body = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) is var end and >= 0 ? end + 4 : -1;
            }
            var head = Encoding.ASCII.GetString(buffer, 0, body);
            if (!head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) || !head.Contains($"\r\nContent-Length: {size}\r\n", StringComparison.Ordinal))
                throw new IOException($"{path}: expected {size} bytes, and was answered:\n{head}");
            for (var left = size - (filled - body); left > 0;)
            {
                var read = socket.Receive(buffer, 0, (int)Math.Min(left, buffer.Length), SocketFlags.None);
                left -= read > 0 ? read : throw new IOException($"{path}: the connection was closed with {left} bytes to come.");
            }
            return size;
        }

        public void Dispose() => socket.Dispose();
    }
}
