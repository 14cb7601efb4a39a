using System.Collections.Concurrent;
using Skyline.Cli.Builds;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Imports;

/// <summary>Packages on their way to the server, several at a time: what the server does at once costs it one flush of its disk.</summary>
static class UploadPackages
{
    const int AtOnce = 8;

    /// <returns>In the order of the files.</returns>
    public static async Task<IReadOnlyList<ImportedRpm>> All(Session session, IReadOnlyList<RpmFile> files, CancellationToken ct)
    {
        using var bar = new ProgressBar(session.Screen, session.Time, files.Count == 1 ? Untrusted.Line(files[0].Name) : $"{files.Count} packages", files.Sum(file => file.Size));
        using var firstFault = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var (waiting, done, sent) = (new ConcurrentQueue<int>(Enumerable.Range(0, files.Count)), new ImportedRpm[files.Count], new long[files.Count]);
        var total = 0L;
        _ = session.Client;
        bar.Start();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(AtOnce, files.Count)).Select(_ => SendInTurn()));
        bar.Finish();
        return done;

        async Task SendInTurn()
        {
            using var http = session.ConnectForUpload();
            var client = new SkylineClient(http);
            try
            {
                while (!firstFault.IsCancellationRequested && waiting.TryDequeue(out var at)) done[at] = await Send(client, files[at], bytes => Reached(at, bytes), firstFault.Token);
            }
            catch
            {
                await firstFault.CancelAsync();
                throw;
            }
        }

        void Reached(int at, long bytes)
        {
            lock (sent)
            {
                total += bytes - sent[at];
                sent[at] = bytes;
                bar.Reached(total);
            }
        }
    }

    static async Task<ImportedRpm> Send(SkylineClient client, RpmFile file, Action<long> reached, CancellationToken ct)
    {
        await using var stream = CountedStream.Open(file.Path, reached);
        try
        {
            return await client.Import(stream, null, ct);
        }
        catch (RefusedException refused)
        {
            throw new RefusedException(refused.Status, $"{file.Path}: {refused.Message}");
        }
    }
}
