using System.Buffers.Binary;

namespace Skyline.Cli.Imports;

/// <summary>A package file on this machine, of which only the first bytes have been looked at: what is in it is the server's to judge.</summary>
sealed record RpmFile(string Path, string Name, long Size, bool IsSource)
{
    const int LeadSize = 96;
    const uint LeadMagic = 0xedabeedb;

    /// <exception cref="StopException">It is no package, or cannot be read.</exception>
    public static RpmFile Find(string given)
    {
        try
        {
            using var file = new FileStream(given, FileMode.Open, FileAccess.Read, FileShare.Read);
            var lead = new byte[LeadSize];
            if (file.ReadAtLeast(lead, LeadSize, throwOnEndOfStream: false) < LeadSize || BinaryPrimitives.ReadUInt32BigEndian(lead) != LeadMagic)
                throw StopException.Usage($"{given} is no RPM package.");
            return new(given, System.IO.Path.GetFileName(given), file.Length, BinaryPrimitives.ReadUInt16BigEndian(lead.AsSpan(6)) != 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StopException.Usage($"{given} cannot be read: {e.Message}");
        }
    }
}
