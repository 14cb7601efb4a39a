using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Imports;
using Skyline.Server.People;
using Skyline.Server.Repos;
using Skyline.Server.Setup;
using Skyline.Server.Storage;
using Skyline.Server.Tags;
using Skyline.Testing;

namespace Skyline.Benchmarks.Repos;

/// <summary>
/// The server's own parts in a process of their own, without its doors: imports a folder of packages into a tag, then adds one more,
/// again and again. (Nothing but what is asked for makes a snapshot: the background services are not started.)
/// </summary>
static class RepoWorker
{
    public const string Name = "repo-worker";

    /// <summary>Prints "WORD CPU-SECONDS WALL-SECONDS" a line: import, first, and next for every package of <paramref name="more"/>.</summary>
    public static async Task<int> Run(string data, string packages, string more)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSkyline(new() { Data = Directory.CreateDirectory(data).FullName, Chroots = Checkout.Chroots, FirstTag = "bench", FirstChroot = "testos-1" });
        await using var parts = services.BuildServiceProvider();
        await parts.GetRequiredService<FirstStart>().Run(CancellationToken.None);
        var (import, publish, database) = (parts.GetRequiredService<ImportRpm>(), parts.GetRequiredService<PublishSnapshot>(), parts.GetRequiredService<Database>());
        var tag = database.Read(db => Tag.Find(db, "bench")!.Id);

        // As `skyline import` does: all go up, several at once, then into the tag together.
        var builds = new ConcurrentDictionary<long, byte>();
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = 8 };
        await Step("import", async () => await Parallel.ForEachAsync(Directory.EnumerateFiles(packages, "*.rpm", SearchOption.AllDirectories), atOnce, async (file, ct) => builds.TryAdd(await Import(import, file, null, ct), 0)));
        await Step("first", async () =>
        {
            await database.Write(tx => { foreach (var build in builds.Keys.Order()) TagBuild.Tag(tx, tag, build, person: 1, TimeProvider.System.Stamp()); });
            await publish.BringUpToDate(tag, CancellationToken.None);
        });
        foreach (var file in Directory.EnumerateFiles(more, "*.rpm").Order(StringComparer.Ordinal))
        {
            await Import(import, file, "bench", CancellationToken.None);
            await Step("next", () => publish.BringUpToDate(tag, CancellationToken.None));
        }
        return 0;
    }

    /// <summary>The administrator of the first start.</summary>
    static readonly System.Security.Claims.ClaimsPrincipal importer = new(CallerIdentity.OfPerson(1, "admin", "admin", null, null, null));

    /// <returns>The build that it is part of.</returns>
    static async Task<long> Import(ImportRpm import, string file, string? tag, CancellationToken ct)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        return await import.Import(stream, tag, importer, ct) switch
        {
            Imported.Taken taken => taken.Rpm.Build,
            Imported.Refused refused => throw new InvalidOperationException(refused.Why.Sentence),
            var other => throw new InvalidOperationException($"{file}: {other}"),
        };
    }

    static async Task Step(string word, Func<Task> act)
    {
        var (cpu, watch) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.StartNew());
        await act();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{word} {(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds:0.0000} {watch.Elapsed.TotalSeconds:0.0000}"));
    }
}
