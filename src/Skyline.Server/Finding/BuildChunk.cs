using System.Text;

namespace Skyline.Server.Finding;

/// <summary>What is asked of builds when they are looked for, column by column, of some thousands of them in the order of their numbers: about 60 bytes a build.</summary>
sealed class BuildChunk
{
    public const int Size = 1 << 14;

    public int Count { get; private set; }

    public readonly long[] Id = new long[Size];
    /// <summary>State, scratch and draft: <see cref="KindOf"/>.</summary>
    public readonly byte[] Kind = new byte[Size];
    /// <summary>Numbers of what <see cref="BuildColumns"/> has interned.</summary>
    public readonly int[] Target = new int[Size], Owner = new int[Size], Package = new int[Size], Batch = new int[Size], Tags = new int[Size];
    public readonly ushort[] Arches = new ushort[Size];
    /// <summary>In seconds since 1970.</summary>
    public readonly uint[] Submitted = new uint[Size];
    /// <summary>From its submission to its end, in milliseconds; of one that is not over -1.</summary>
    public readonly int[] Took = new int[Size];

    readonly int[] textAt = new int[Size];
    readonly ushort[] textLength = new ushort[Size];
    byte[] text = new byte[Size * 24];
    int textEnd;

    public static byte KindOf(int state, bool scratch, bool draft) => (byte)(state | (scratch ? 8 : 0) | (draft ? 16 : 0));

    public int Add(long id)
    {
        Id[Count] = id;
        return Count++;
    }

    /// <returns>-1: it is not in here.</returns>
    public int Find(long id) => Array.BinarySearch(Id, 0, Count, id) is >= 0 and var row ? row : -1;

    /// <summary>Its name, version and release, in lower case. One that changes is written anew at the end: it does so once or twice.</summary>
    public ReadOnlySpan<byte> Nvr(int row) => text.AsSpan(textAt[row], textLength[row]);

    /// <summary>Whether any of them may hold it: all are looked through at once, and what two beside each other make together is found too.</summary>
    public bool MayHold(ReadOnlySpan<byte> word) => text.AsSpan(0, textEnd).IndexOf(word) >= 0;

    public void SetNvr(int row, string nvr)
    {
        var lower = nvr.ToLowerInvariant();
        if (lower.Length > 1000) lower = lower[..1000];
        var length = Encoding.UTF8.GetByteCount(lower);
        if (textEnd + length > text.Length) Array.Resize(ref text, Math.Max(text.Length * 5 / 4, textEnd + length));
        Encoding.UTF8.GetBytes(lower, text.AsSpan(textEnd));
        (textAt[row], textLength[row], textEnd) = (textEnd, (ushort)length, textEnd + length);
    }
}
