using System.Globalization;

namespace Skyline.Builder;

static class DiskUse
{
    /// <summary>Bytes on disk below a folder, hard links once; by du, since a hostile tree may be deeper than a path can be long.</summary>
    public static async Task<long> Of(string folder, CancellationToken ct)
    {
        var (_, output, _) = await Child.Run(["du", "--summarize", "--one-file-system", "--block-size=1", "--", folder], default, ct);
        return long.TryParse(output.Split('\t')[0], CultureInfo.InvariantCulture, out var bytes) ? bytes : 0;
    }

    /// <summary>Files and folders below a folder.</summary>
    public static async Task<long> FilesOf(string folder, CancellationToken ct)
    {
        var (_, output, _) = await Child.Run(["du", "--summarize", "--one-file-system", "--inodes", "--", folder], default, ct);
        return long.TryParse(output.Split('\t')[0], CultureInfo.InvariantCulture, out var files) ? files : 0;
    }
}
