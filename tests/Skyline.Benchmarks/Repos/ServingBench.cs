using System.Globalization;
using Skyline.Protocol;
using Skyline.Testing;
using Skyline.Testing.Rpms;

namespace Skyline.Benchmarks;

/// <summary>Downloads of packages, from the server and from nginx with sendfile: the same files, the same client, in turns.</summary>
static class ServingBench
{
    const int Small = 400, Large = 4, Rounds = 11, Passes = 2;
    const double SmallestBytes = 20 << 10, MedianRange = 256;
    const string Repo = "repos/testos/x86_64/";

    public static IEnumerable<BenchResult> Run() => Run(CancellationToken.None).GetAwaiter().GetResult();

    static async Task<IReadOnlyList<BenchResult>> Run(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("skyline-bench-").FullName;
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        try
        {
            await using var server = new ServerProcess(Path.Combine(folder, "server"));
            await server.Start();
            await Publish(server, [.. Packages()], ct);
            var files = await Mirror(server, Path.Combine(folder, "mirror"), ct);
            await using var nginx = await Nginx.Start(Path.Combine(folder, "nginx"), Path.Combine(folder, "mirror"), ct);
            return [.. new[] { 1, 4, 16 }.SelectMany(connections => Compare(server, nginx, files, connections))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static IEnumerable<BenchResult> Compare(ServerProcess server, Nginx nginx, IReadOnlyList<(string Path, long Size)> files, int connections)
    {
        var (ours, theirs) = (new List<ReadCost>(), new List<ReadCost>());
        var random = new Random(connections);
        for (var round = -2; round < Rounds; round++)
        {
            (string, long)[] order = [.. Enumerable.Range(0, Passes).SelectMany(_ => Shuffled(random, files))];
            // Who is first changes from round to round; the first rounds warm both up.
            var nginxFirst = round % 2 == 0;
            var first = nginxFirst ? Readers.Read(nginx.Address, nginx.Id, connections, order) : Readers.Read(server.Address, server.Process.Id, connections, order);
            var second = nginxFirst ? Readers.Read(server.Address, server.Process.Id, connections, order) : Readers.Read(nginx.Address, nginx.Id, connections, order);
            if (round < 0) continue;
            theirs.Add(nginxFirst ? first : second);
            ours.Add(nginxFirst ? second : first);
        }
        var ratio = Median(ours.Zip(theirs, (mine, its) => mine.MegabytesPerSecond / its.MegabytesPerSecond));
        yield return BenchResult.AtLeast($"package download, {connections} connections: ours / nginx's sendfile", ratio, "ratio", 0.9);
        yield return BenchResult.Beside($"package download, {connections} connections: ours", Median(ours.Select(cost => cost.MegabytesPerSecond)), "MB/s");
        yield return BenchResult.Beside($"package download, {connections} connections: nginx's", Median(theirs.Select(cost => cost.MegabytesPerSecond)), "MB/s");
        yield return BenchResult.Beside($"package download, {connections} connections: our server's CPU", Median(ours.Select(cost => cost.CpuSecondsPerGigabyte)), "s/GB");
        yield return BenchResult.Beside($"package download, {connections} connections: nginx's CPU", Median(theirs.Select(cost => cost.CpuSecondsPerGigabyte)), "s/GB");
    }

    /// <summary>Sizes spread evenly over their logarithm, 20 KiB to 5 MiB, and a few of 50 to 100 MiB.</summary>
    static IEnumerable<SyntheticRpm> Packages()
    {
        var random = new Random(3);
        for (var i = 0; i < Small; i++)
            yield return Package($"small{i:000}", (int)(SmallestBytes * Math.Pow(MedianRange, random.NextDouble())));
        for (var i = 0; i < Large; i++)
            yield return Package($"large{i}", (50 + 50 * i / (Large - 1)) << 20);

        SyntheticRpm Package(string name, int size)
        {
            var noise = new byte[size];
            random.NextBytes(noise);
            return new(name) { SourceRpm = "bulk-1.0-1.src.rpm", Compressor = "none", Files = [new($"/usr/share/{name}/noise", noise)] };
        }
    }

    static async Task Publish(ServerProcess server, IReadOnlyList<SyntheticRpm> packages, CancellationToken ct)
    {
        var source = new SyntheticRpm("bulk") { IsSource = true, Compressor = "none", Files = [new("bulk.spec", "Name: bulk\n"u8.ToArray())], Header = header => header.Texts(Rpm.RpmTag.ExclusiveArch, ["x86_64"]) };
        var build = await server.Admin().Submit(new MemoryStream(source.Build()), source.FileName, "testos", scratch: false, ct);
        var builder = new BuilderContract(server.Http(server.BuilderTokenFile));
        var run = await builder.Lease(new LeaseRequest(["x86_64"], "0.1.0-bench", "paper", 30), ct) ?? throw new InvalidOperationException("There was no work within the wait.");
        var results = new List<ResultFile>();
        foreach (var package in packages.Prepend(source))
        {
            var bytes = package.Build();
            var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
            results.Add(await builder.PutFile(run.RunId, package.FileName, new MemoryStream(bytes), sha256, ct));
            await builder.Beat(run.RunId, RunPhase.Upload, ct);
        }
        await builder.Report(run.RunId, new RunReport(RunOutcome.Succeeded, null, [], results, [], [new("bash-5.2-1.x86_64", new string('b', 64), "paper")]), ct);
        var now = await server.Admin().Build(build.Id, ct);
        while (now.State is BuildState.Waiting or BuildState.Building or BuildState.Publishing) now = await server.Admin().WaitBuild(build.Id, now.Revision, 30, ct);
        if (now.State != BuildState.Complete) throw new InvalidOperationException($"{now.Nvr} is {now.State}: {now.Why}");
    }

    /// <summary>The very bytes that the server serves, as a folder that nginx can serve under the same addresses.</summary>
    static async Task<IReadOnlyList<(string Path, long Size)>> Mirror(ServerProcess server, string folder, CancellationToken ct)
    {
        var files = new List<(string, long)>();
        using var http = server.Http();
        foreach (var package in Packages())
        {
            var path = $"{Repo}Packages/{package.Name[0]}/{package.FileName}";
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await using (var from = await http.GetStreamAsync(path, ct))
            await using (var to = File.Create(file))
                await from.CopyToAsync(to, ct);
            files.Add(("/" + path, new FileInfo(file).Length));
        }
        return files;
    }

    static (string, long)[] Shuffled(Random random, IReadOnlyList<(string, long)> files)
    {
        (string, long)[] order = [.. files];
        random.Shuffle(order);
        return order;
    }

    static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
