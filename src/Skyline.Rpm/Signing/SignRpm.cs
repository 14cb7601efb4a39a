namespace Skyline.Rpm;

/// <summary>Writes a signed copy of a package: a new signature header, every other byte as it was.</summary>
public static class SignRpm
{
    /// <summary>Copies <paramref name="unsigned"/> (seekable) to <paramref name="signed"/> with the key's signature over the main header.</summary>
    public static Task Sign(Stream unsigned, Stream signed, SigningKey key, DateTimeOffset at, CancellationToken ct) => throw new NotImplementedException();
}
