using System.Globalization;

namespace Skyline.Rpm;

/// <summary>
/// Epoch, version, release, in rpm's order (`~` before the end, `^` after it). Two that compare as equal need not be the same
/// text ("1.0" and "1_0"); equality is of the text.
/// </summary>
public readonly record struct Evr(int Epoch, string Version, string Release) : IComparable<Evr>
{
    /// <summary>Negative, zero or positive as this is older than, as new as, or newer than the other.</summary>
    public int CompareTo(Evr other)
    {
        if (Epoch != other.Epoch)
            return Epoch.CompareTo(other.Epoch);
        var order = VersionOrder.Compare(Version, other.Version);
        return order != 0 ? order : VersionOrder.Compare(Release, other.Release);
    }

    /// <summary>"[epoch:]version[-release]"; a missing epoch is 0, a missing release is empty.</summary>
    /// <exception cref="FormatException">It has no version, or the epoch is no number.</exception>
    public static Evr Parse(string text) =>
        TryParse(text, out var evr) ? evr : throw new FormatException($"\"{text}\" is not [epoch:]version[-release].");

    /// <summary>As <see cref="Parse"/>; false where that would throw.</summary>
    public static bool TryParse(string text, out Evr evr)
    {
        evr = default;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var epoch = 0;
        if (colon >= 0 && !int.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out epoch))
            return false;
        var rest = text[(colon + 1)..];
        var dash = rest.LastIndexOf('-');
        evr = dash < 0 ? new(epoch, rest, "") : new(epoch, rest[..dash], rest[(dash + 1)..]);
        return evr.Version.Length > 0;
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => (Epoch == 0 ? "" : $"{Epoch}:") + Version + (Release.Length == 0 ? "" : $"-{Release}");

    /// <summary>By rpm's order.</summary>
    public static bool operator <(Evr left, Evr right) => left.CompareTo(right) < 0;

    /// <summary>By rpm's order.</summary>
    public static bool operator >(Evr left, Evr right) => left.CompareTo(right) > 0;

    /// <summary>By rpm's order.</summary>
    public static bool operator <=(Evr left, Evr right) => left.CompareTo(right) <= 0;

    /// <summary>By rpm's order.</summary>
    public static bool operator >=(Evr left, Evr right) => left.CompareTo(right) >= 0;
}
