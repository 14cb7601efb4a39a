namespace Skyline.Protocol;

/// <summary>
/// How a tag's name stands where a slash would not do. A personal tag is called USER/NAME; in addresses and file names it is USER~NAME,
/// for `~` is in no name and survives every proxy. What comes in as `%2F` is understood too.
/// </summary>
public static class TagAddress
{
    /// <summary>For a path of an address, or of a file.</summary>
    public static string Of(string name) => name.Replace('/', '~');

    /// <summary>For dnf, which takes no `~` in a repository's id.</summary>
    public static string RepoId(string name) => name.Replace('/', ':');

    /// <summary>The name that is meant by a part of an address.</summary>
    public static string Name(string part) => part.Replace('~', '/').Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
