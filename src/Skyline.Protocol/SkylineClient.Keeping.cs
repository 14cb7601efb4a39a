namespace Skyline.Protocol;

public sealed partial class SkylineClient
{
    /// <summary>How much of its past a tag keeps.</summary>
    /// <exception cref="RefusedException">404: there is no such tag.</exception>
    public Task<TagRetention> Retention(string tag, CancellationToken ct) => http.Get($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/retention", SkylineJson.Default.TagRetention, ct);

    /// <summary>
    /// Sets how much of its past a tag keeps: 1 to 100,000 snapshots, and 0 to 36,500 days. What is kept no more goes in the next night. For release engineers, and for who may change the tag.
    /// </summary>
    /// <exception cref="RefusedException">400: it is more or less than that. 404: there is no such tag.</exception>
    public Task<TagRetention> SetRetention(string tag, TagRetention wanted, CancellationToken ct) =>
        http.Put($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/retention", wanted, SkylineJson.Default.TagRetention, SkylineJson.Default.TagRetention, ct);

    /// <summary>How it stands with what is kept: how large it is, the last retention, collection, checks and exports.</summary>
    public Task<KeepingState> Keeping(CancellationToken ct) => http.Get("api/keeping", SkylineJson.Default.KeepingState, ct);

    /// <summary>Removes the snapshots and packages that no rule keeps, as every night does by itself; it answers when that is done. For administrators.</summary>
    /// <param name="dryRun">Remove nothing, and say what would go and why the rest stays.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">409: the server is at such work already.</exception>
    public Task<RetentionReport> ApplyRetention(bool dryRun, CancellationToken ct) =>
        http.PostAndWait($"api/retention?dryRun={(dryRun ? "true" : "false")}", SkylineJson.Default.RetentionReport, ct);

    /// <summary>Has the server make a backup into the folder that its settings name; for administrators.</summary>
    /// <param name="ct">Stops the waiting, not the backup.</param>
    /// <returns>What is in it.</returns>
    public Task<BackupMade> BackUp(CancellationToken ct) => http.PostAndWait("api/backup", SkylineJson.Default.BackupMade, ct);

    /// <summary>Removes files that nothing points at, as every night does by itself; it answers when that is done. For administrators.</summary>
    /// <param name="dryRun">Remove nothing, and count them.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">409: the server is at such work already.</exception>
    public Task<CollectedGarbage> CollectGarbage(bool dryRun, CancellationToken ct) =>
        http.PostAndWait($"api/gc?dryRun={(dryRun ? "true" : "false")}", SkylineJson.Default.CollectedGarbage, ct);

    /// <summary>
    /// Digests everything that the server keeps anew, and tells what is not as it should be; nothing is changed. The lines come as it goes; the last has the result, and a stream that ends without
    /// one was cut off. For administrators.
    /// </summary>
    /// <param name="tag">Only what this tag's repositories hold; null: everything.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">404: there is no such tag. 409: the server is at such work already. It comes with the first line that is asked for.</exception>
    public IAsyncEnumerable<VerifyLine> Verify(string? tag, CancellationToken ct) =>
        http.PostForLines(tag is null ? "api/verify" : $"api/verify?tag={Uri.EscapeDataString(tag)}", SkylineJson.Default.VerifyLine, ct);

    /// <summary>Writes a tag's repositories as a plain directory tree on the server, below its `Skyline__ExportFolder`; it answers when that is done. For administrators.</summary>
    /// <param name="tag">The tag that is exported.</param>
    /// <param name="order">Into which folder, and which snapshot.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: it cannot be written to such a folder. 404: there is no such tag or snapshot. 409: exporting is off, a file or a link is in the way, or the server
    /// is at such work already.</exception>
    public Task<ExportedTree> Export(string tag, ExportOrder order, CancellationToken ct) =>
        http.Post($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/export", order, SkylineJson.Default.ExportOrder, SkylineJson.Default.ExportedTree, ct);
}
