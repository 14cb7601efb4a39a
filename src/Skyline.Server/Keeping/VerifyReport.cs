using Skyline.Protocol;

namespace Skyline.Server.Keeping;

/// <summary>What a check has seen so far. It is told as it goes: findings at once, and now and then how far it is.</summary>
sealed class VerifyReport(Func<VerifyLine, Task> tell, TimeProvider time)
{
    const int MostNoted = 100;

    static readonly TimeSpan often = TimeSpan.FromSeconds(2);

    readonly List<string> noted = [];
    readonly long started = time.GetTimestamp();
    long told = time.GetTimestamp();
    int findings;

    public long Blobs { get; set; }
    public long SignedPackages { get; set; }
    public long Frames { get; set; }
    public long MetadataFiles { get; set; }
    public long Snapshots { get; set; }
    public long Bytes { get; set; }
    public long OrphanBlobs { get; set; }
    public long OrphanBytes { get; set; }

    public Task Find(string sentence)
    {
        findings++;
        if (noted.Count < MostNoted) noted.Add(sentence);
        return tell(new(Finding: sentence));
    }

    public async Task Go(string of, long done)
    {
        if (time.GetElapsedTime(told) < often) return;
        told = time.GetTimestamp();
        await tell(new(Progress: new(of, done, Bytes)));
    }

    public async Task<CheckSummary> End()
    {
        var result = new VerifyResult(findings, Blobs, SignedPackages, Frames, MetadataFiles, Snapshots, Bytes, OrphanBlobs, OrphanBytes, time.GetElapsedTime(started).TotalSeconds);
        await tell(new(Result: result));
        return new(result, noted);
    }
}
