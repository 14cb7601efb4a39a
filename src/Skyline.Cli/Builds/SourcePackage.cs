using System.Buffers.Binary;

namespace Skyline.Cli.Builds;

/// <summary>What `skyline build` is given: a file to upload, or an address that the server fetches from.</summary>
abstract record SourcePackage(string Name)
{
    const int LeadSize = 96;
    const uint LeadMagic = 0xedabeedb;

    public sealed record LocalFile(string Path, string Name, long Size) : SourcePackage(Name);

    public sealed record Address(string Url) : SourcePackage(Url);

    /// <summary>
    /// Looks at the file's first bytes, so that a wrong file is told before it is uploaded. What is in the package is the
    /// server's to judge.
    /// </summary>
    /// <exception cref="StopException">It cannot be a source package.</exception>
    public static SourcePackage Find(string given)
    {
        if (given.Contains("://", StringComparison.Ordinal))
            return given.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || given.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
                ? new Address(given)
                : throw StopException.Usage($"{given}: a server fetches source packages from http and https addresses only.");
        try
        {
            using var file = new FileStream(given, FileMode.Open, FileAccess.Read, FileShare.Read);
            var lead = new byte[LeadSize];
            if (file.ReadAtLeast(lead, LeadSize, throwOnEndOfStream: false) < LeadSize || BinaryPrimitives.ReadUInt32BigEndian(lead) != LeadMagic)
                throw StopException.Usage($"{given} is no RPM package; give a source package (.src.rpm), as rpmbuild -bs makes it.");
            if (BinaryPrimitives.ReadUInt16BigEndian(lead.AsSpan(6)) == 0)
                throw StopException.Usage($"{given} is a binary package; give the source package (.src.rpm) that it is built from.");
            return new LocalFile(given, Path.GetFileName(given), file.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StopException.Usage($"{given} cannot be read: {e.Message}");
        }
    }
}
