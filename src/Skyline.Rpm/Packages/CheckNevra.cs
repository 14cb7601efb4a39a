using System.Buffers;

namespace Skyline.Rpm;

/// <summary>
/// Takes name, epoch, version, release and architecture out of a header. They become file names, addresses and arguments,
/// so only what rpmbuild itself lets into them is let in, which leaves out slashes, spaces and control characters.
/// </summary>
static class CheckNevra
{
    const int MaxFileName = 255; // what a file system takes
    const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    static readonly SearchValues<char> NameChars = SearchValues.Create(Letters + "-._+");
    static readonly SearchValues<char> VersionChars = SearchValues.Create(Letters + "._+~^");
    static readonly SearchValues<char> ArchChars = SearchValues.Create(Letters + "_");
    static readonly SearchValues<char> FileNameChars = SearchValues.Create(Letters + "-._+~^");

    public static Nevra Of(RpmPackage package)
    {
        var header = package.Header;
        var name = Part(package, RpmTag.Name, "name", NameChars);
        var version = Part(package, RpmTag.Version, "version", VersionChars);
        var release = Part(package, RpmTag.Release, "release", VersionChars);
        var arch = Part(package, RpmTag.Arch, "architecture", ArchChars);
        if (header.Integer(RpmTag.Epoch) is > int.MaxValue)
            throw new BadRpmException($"{package.File} has the epoch {header.Integer(RpmTag.Epoch)}, which is more than {int.MaxValue}.");
        var nevra = new Nevra(name, (int)(header.Integer(RpmTag.Epoch) ?? 0), version, release, package.IsSource ? SourceArch(header) : arch);
        if (nevra.FileName.Length > MaxFileName)
            throw new BadRpmException($"{package.File} has a name of {nevra.FileName.Length} characters; at most {MaxFileName} make a file name.");
        return nevra;
    }

    /// <summary>The header names the architecture it was packed on; its file says src, or nosrc where sources were left out.</summary>
    static string SourceArch(RpmHeader header) => header.Has(RpmTag.NoSource) || header.Has(RpmTag.NoPatch) ? "nosrc" : "src";

    public static string? SourceRpmOf(RpmPackage package)
    {
        if (package.IsSource || package.Header.String(RpmTag.SourceRpm) is not { } source)
            return null;
        if (source.Length is 0 or > MaxFileName || !IsPlain(source, FileNameChars) || source[0] is '.' or '-')
            throw new BadRpmException($"{package.File} says it was built from \"{Shown(source)}\", which is no plain file name.");
        return source;
    }

    static string Part(RpmPackage package, RpmTag tag, string called, SearchValues<char> allowed)
    {
        if (package.Header.String(tag) is not { Length: > 0 } text)
            throw new BadRpmException($"{package.File} has no {called}.");
        if (text.Length > MaxFileName)
            throw new BadRpmException($"{package.File} has a {called} of {text.Length} characters; at most {MaxFileName} are allowed.");
        if (text.AsSpan().IndexOfAnyExcept(allowed) is >= 0 and var at)
            throw new BadRpmException($"{package.File} has the {called} \"{Shown(text)}\": {Reason(text[at])}");
        if (text.Contains("..", StringComparison.Ordinal) || text[0] is '.' or '-')
            throw new BadRpmException($"{package.File} has the {called} \"{Shown(text)}\", which could not safely be part of a file name.");
        return text;
    }

    static string Reason(char c) => c is '%' or '{' or '}'
        ? "a macro in the spec file was not defined, so rpmbuild left it as it stood."
        : $"the character {Shown(c.ToString())} (U+{(int)c:X4}) is not allowed there.";

    static bool IsPlain(string text, SearchValues<char> allowed) =>
        text.AsSpan().IndexOfAnyExcept(allowed) < 0 && !text.Contains("..", StringComparison.Ordinal);

    /// <summary>Hostile text as a message may carry it: printable, and not too long.</summary>
    public static string Shown(string text) =>
        string.Concat(text.Take(80).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? $"\\x{(int)c:x2}" : c.ToString())) + (text.Length > 80 ? "…" : "");
}
