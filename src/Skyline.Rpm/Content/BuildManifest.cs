namespace Skyline.Rpm;

/// <summary>What a build's result is, in one hash: the vote of trust.md §1.</summary>
public static class BuildManifest
{
    /// <summary>"skyline-manifest/1\njob KEY\n" and a sorted line "L0 filename\n" a binary package.</summary>
    public static string Text(string jobKey, IEnumerable<(string ContentHash, string FileName)> rpms) => throw new NotImplementedException();
}
