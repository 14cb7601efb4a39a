using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Imports;
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

        await Step("import", async () => await Parallel.ForEachAsync(Directory.EnumerateFiles(packages, "*.rpm", SearchOption.AllDirectories), async (file, ct) => await Import(import, file, ct)));
        await Step("first", () => publish.BringUpToDate(tag, CancellationToken.None));
        foreach (var file in Directory.EnumerateFiles(more, "*.rpm").Order(StringComparer.Ordinal))
        {
            await Import(import, file, CancellationToken.None);
            await Step("next", () => publish.BringUpToDate(tag, CancellationToken.None));
        }
        return 0;
    }

    static async Task Import(ImportRpm import, string file, CancellationToken ct)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        if (await import.Import(stream, "bench", person: 1, ct) is Imported.Refused refused) throw new InvalidOperationException(refused.Why.Sentence);
    }

    static async Task Step(string word, Func<Task> act)
    {
        var (cpu, watch) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.StartNew());
        await act();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{word} {(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds:0.0000} {watch.Elapsed.TotalSeconds:0.0000}"));
    }
}
