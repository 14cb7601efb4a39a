using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Keeping;

/// <summary>Exports a snapshot of a tag, and notes which one the tree has then.</summary>
public sealed class ExportTag(Database database, ExportTree export, KeepingReports reports, SkylineSettings settings)
{
    /// <param name="hash">Null: the newest snapshot.</param>
    public Task<Exported> Run(Tag tag, string folder, string? hash, CancellationToken ct)
    {
        // Looked up before: a snapshot that is made meanwhile is not noted as exported.
        var (id, name) = database.Read(db => db.One<(long, string?)>("SELECT id, hash FROM snapshots WHERE tag_id = @Id AND (@hash IS NULL OR hash = @hash) ORDER BY id DESC LIMIT 1", new { tag.Id, hash }));
        return name is null || settings.ExportFolder.Length == 0 || ExportFolder.Of(settings, folder, tag.Name).Why is { Status: 400 }
            ? export.Export(tag, folder, hash, ct) // Refused: there is no tree that could be told of.
            : reports.Note(KeepingWork.Export, Subject(folder, tag), () => export.Export(tag, folder, name, ct), Told, SkylineJson.Default.ExportSummary, ct, id);
    }

    /// <summary>The tree's path below the export folder, in one way of writing it.</summary>
    static string Subject(string folder, Tag tag) => string.Join('/', [.. folder.Split('/', StringSplitOptions.RemoveEmptyEntries), tag.Name]);

    static (ExportSummary? Report, string? Why) Told(Exported outcome) => outcome switch
    {
        Exported.Done done => (new(done.Tree.Snapshot, done.Tree.Packages, done.Tree.Written, done.Tree.Removed), null),
        Exported.Refused refused => (null, refused.Why.Sentence),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
