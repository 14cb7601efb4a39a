namespace Skyline.Rpm;

#pragma warning disable CS1591 // Called as in rpmtag.h.
/// <summary>The types of a header's values (rpmtag.h).</summary>
public enum RpmType { Null = 0, Char = 1, Int8 = 2, Int16 = 3, Int32 = 4, Int64 = 5, String = 6, Binary = 7, StringArray = 8, I18nString = 9 }
#pragma warning restore CS1591

/// <summary>One value of a header, checked: its bytes lie inside the store, and so many there are. Offset is from the header's first byte.</summary>
readonly record struct HeaderEntry(RpmTag Tag, RpmType Type, int Offset, int Count, int Length)
{
    public bool IsText => Type is RpmType.String or RpmType.StringArray or RpmType.I18nString;

    public bool IsNumber => Type is RpmType.Int8 or RpmType.Int16 or RpmType.Int32 or RpmType.Int64;

    /// <summary>Bytes a number takes, which is also its alignment; 1 for all that is not a number.</summary>
    public static int Width(RpmType type) => type switch { RpmType.Int16 => 2, RpmType.Int32 => 4, RpmType.Int64 => 8, _ => 1 };
}
