using System.Security.Cryptography;
using Skyline.Server.Edge;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Sources;

/// <summary>Fetches a file that a repository names, and keeps it if it is what the sources say.</summary>
sealed class GetFile(Database database, Blobs blobs, SkylineSettings settings) : IDisposable
{
    static readonly TimeSpan answerWithin = TimeSpan.FromSeconds(60);
    readonly OutwardHttp http = new(settings);

    /// <summary>A repository names its sources' addresses, so they may be no nearer to this server than it is itself.</summary>
    /// <param name="checksum">"sha512:HEX"; null: nothing says.</param>
    /// <returns>Either the file, or a sentence.</returns>
    public async Task<(Blob? Blob, string? Why)> Get(string url, string? checksum, long build, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(answerWithin);
        try
        {
            var git = database.Read(db => db.One<string>("SELECT url FROM build_sources WHERE build_id = @build", new { build }))!;
            var nearest = await OutwardHttp.LedFrom(new Uri(git).IdnHost, Nearness.Private, patience.Token);
            using var answer = await http.Get(new Uri(url), nearest, patience.Token);
            if (!answer.IsSuccessStatusCode) return (null, $"{url} answered {(int)answer.StatusCode} {answer.ReasonPhrase}.");
            patience.CancelAfter(TimeSpan.FromSeconds(settings.SourceSeconds));
            var (blob, _) = await blobs.Receive(await answer.Content.ReadAsStreamAsync(patience.Token), settings.SourceBytes, passing => Digested(passing, checksum, patience.Token), patience.Token);
            return (blob, null);
        }
        catch (ChecksumException wrong)
        {
            return (null, $"{url} gave another file than the sources say: {wrong.Message}.");
        }
        catch (Exception fault) when (fault is HttpRequestException or HttpIOException or IOException { HResult: not 28 })
        {
            return (null, $"{url}: {fault.Message}");
        }
        catch (BlobRefusedException fault) when (fault.Status == 413)
        {
            return (null, $"{url} is larger than {settings.SourceBytes >> 20} MiB (Skyline:SourceBytes).");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (null, $"{url} did not answer in time, or took longer than {settings.SourceSeconds} s (Skyline:SourceSeconds).");
        }
    }

    sealed class ChecksumException(string message) : Exception(message);

    /// <exception cref="ChecksumException">It is another; then nothing is kept.</exception>
    static async Task<bool> Digested(Stream passing, string? checksum, CancellationToken ct)
    {
        if (checksum is null) return true;
        var parts = checksum.Split(':');
        // (Old dist-git has MD5; what its lookaside cache is asked for is named by it, and nothing better is known.)
        using var digest = IncrementalHash.CreateHash(new HashAlgorithmName(parts[0].ToUpperInvariant()));
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await passing.ReadAsync(buffer, ct)) > 0) digest.AppendData(buffer, 0, read);
        var hex = Convert.ToHexStringLower(digest.GetHashAndReset());
        return hex == parts[1] ? true : throw new ChecksumException($"its {parts[0].ToUpperInvariant()} is {hex}, not {parts[1]}");
    }

    public void Dispose() => http.Dispose();
}
