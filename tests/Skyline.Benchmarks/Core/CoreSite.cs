using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Storage;
using Skyline.Testing;

namespace Skyline.Benchmarks.Core;

/// <summary>A server's data with builders enrolled and builds waiting, made once and copied for every measurement.</summary>
static class CoreSite
{
    static readonly IReadOnlyDictionary<string, string> settings = new Dictionary<string, string> { ["Logging__LogLevel__Default"] = "Warning", ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information" };

    /// <param name="builders">Their tokens are in the file "tokens".</param>
    public static async Task Make(string folder, int builders)
    {
        await using (var first = Server(folder))
        {
            await first.Start();
            await first.Process.Terminate(CancellationToken.None);
        }
        await Queue(folder, 1, "x86_64", 1, 99);
        await using var server = Server(folder);
        await server.Start();
        var admin = server.Admin();
        var tokens = new List<string>();
        for (var n = 0; n < builders; n++) tokens.Add((await admin.EnrolBuilder(new NewBuilder($"builder-{n}", $"owner-{n}"), CancellationToken.None)).Token);
        await File.WriteAllLinesAsync(Path.Combine(folder, "tokens"), tokens);
        // The repositories that buildroots are made of are pinned when something waits and the first builder has asked.
        var http = server.Http();
        http.DefaultRequestHeaders.Authorization = new("Bearer", tokens[0]);
        await new BuilderContract(http).Lease(new LeaseRequest(["x86_64"], "0.1.0", "paper", 0, ["overlay"]), CancellationToken.None);
        while (Pinned(folder) == 0) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        await server.Process.Terminate(CancellationToken.None);
    }

    static int Pinned(string folder)
    {
        using var database = Database.Open(Path.Combine(folder, "skyline.db"));
        return database.Read(db => db.One<int>("SELECT count(*) FROM external_arches WHERE state_id IS NOT NULL"));
    }

    public static ServerProcess Server(string folder) => new(folder, settings);

    /// <summary>Puts builds into the queue, as a submission does, of several people.</summary>
    public static async Task Queue(string folder, int count, string arch, int people, int priority)
    {
        using var database = Database.Open(Path.Combine(folder, "skyline.db"));
        var target = database.Read(db => db.One<long>("SELECT id FROM targets"));
        await database.Write(tx =>
        {
            var owners = Enumerable.Range(0, people).Select(n => tx.One<long?>("SELECT id FROM users WHERE name = @name", new { name = $"person-{n}" })
                ?? tx.One<long>("INSERT INTO users (name, created_at) VALUES (@name, 1) RETURNING id", new { name = $"person-{n}" })).ToList();
            for (var n = 0; n < count; n++)
            {
                var nvr = $"package-{arch}-{priority}-{n}-1-1";
                var wanted = new WantedBuild(new(nvr, nvr + ".src.rpm", new string('0', 64), 1000), target, "testos", Scratch: true, owners[n % people], null, priority);
                QueueBuild.Put(tx, wanted, [new(arch, [arch])], TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            }
        });
    }

    public static string Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        return to;
    }
}
