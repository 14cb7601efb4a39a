using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.Keeping;

/// <summary>Where a tag is exported to: below the folder that the operator set, and nowhere else, whatever links there are.</summary>
static class ExportFolder
{
    /// <summary>Beside the trees: each signed package once, by its SHA-256. The trees hold hard links to these.</summary>
    public const string Packages = ".packages";

    public const string Off = "Exporting is off: set Skyline:ExportFolder to a folder that the server may write to, and restart it.";

    /// <returns>The tag's own folder, made if it was not there, or why not.</returns>
    public static (string? Path, Refusal? Why) Of(SkylineSettings settings, string folder, string tag)
    {
        if (settings.ExportFolder.Length == 0)
            return (null, new(409, Off));
        var parts = folder.Split('/', StringSplitOptions.RemoveEmptyEntries).Append(TagAddress.Of(tag)).ToList();
        if (folder.StartsWith('/') || folder.Length > 500 || !parts.SkipLast(1).All(Names.IsGood))
            return (null, new(400, $"'{folder}' cannot be exported to: it is a path below {settings.ExportFolder}, and each part of it is made of {Names.Rule}."));
        var at = Path.GetFullPath(settings.ExportFolder);
        Directory.CreateDirectory(at);
        foreach (var part in parts)
        {
            at = Path.Combine(at, part);
            if (new FileInfo(at).LinkTarget is not null) return (null, new(409, $"{at} is a symbolic link, which exporting does not follow."));
            if (File.Exists(at)) return (null, new(409, $"{at} is a file; name another folder, or remove it."));
            Directory.CreateDirectory(at);
        }
        return (at, null);
    }
}
