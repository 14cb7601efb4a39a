namespace Skyline.Rpm;

/// <summary>One header (index and store) of an RPM file, over the bytes as read.</summary>
public sealed class RpmHeader
{
    /// <summary>The header's bytes, from the magic 8eade801 to the end of its store.</summary>
    public ReadOnlyMemory<byte> Bytes => throw new NotImplementedException();

    public bool Has(RpmTag tag) => throw new NotImplementedException();
    public string? String(RpmTag tag) => throw new NotImplementedException();
    public IReadOnlyList<string> Strings(RpmTag tag) => throw new NotImplementedException();
    /// <summary>The first value of an integer tag of any width.</summary>
    public long? Integer(RpmTag tag) => throw new NotImplementedException();
}
