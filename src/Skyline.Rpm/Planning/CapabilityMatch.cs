namespace Skyline.Rpm;

/// <summary>Whether what one package provides is what another asks for, as rpm decides it (rpmdsCompare in its rpmds.c, rpmverOverlap in its rpmver.c).</summary>
public static class CapabilityMatch
{
    /// <summary>Whether they are of one name, and have a version in common. Rich dependencies are told by <see cref="RichDependency"/>.</summary>
    public static bool Meets(Dependency provided, Dependency required) =>
        provided.Name == required.Name && Overlap(provided.Flags, provided.Evr, required.Flags, required.Evr);

    /// <summary>Whether two ranges have a version in common. A side that names no version has all of them; so does one that compares with nothing.</summary>
    public static bool Overlap(DependencyFlags one, ReadOnlySpan<char> oneEvr, DependencyFlags other, ReadOnlySpan<char> otherEvr)
    {
        if ((one & DependencyFlags.Compares) == 0 || (other & DependencyFlags.Compares) == 0 || oneEvr.IsEmpty || otherEvr.IsEmpty) return true;
        var a = Parts.Of(oneEvr);
        var b = Parts.Of(otherEvr);
        var order = a.Epoch(b);
        if (order == 0) order = VersionOrder.Compare(a.Version, b.Version);
        if (order == 0 && !a.Release.IsEmpty && !b.Release.IsEmpty) order = VersionOrder.Compare(a.Release, b.Release);
        // "= 1.0" is any release of 1.0.
        else if (order == 0 && (!a.Release.IsEmpty && Has(other, DependencyFlags.Equal) || !b.Release.IsEmpty && Has(one, DependencyFlags.Equal))) return true;
        return order switch
        {
            < 0 => Has(one, DependencyFlags.Greater) || Has(other, DependencyFlags.Less),
            > 0 => Has(one, DependencyFlags.Less) || Has(other, DependencyFlags.Greater),
            _ => (one & other & DependencyFlags.Compares) != 0,
        };
    }

    static bool Has(DependencyFlags flags, DependencyFlags one) => (flags & one) != 0;

    /// <summary>[epoch:]version[-release], as rpm cuts it; never refused, for headers hold what they hold.</summary>
    readonly ref struct Parts
    {
        readonly ReadOnlySpan<char> epoch;
        public readonly ReadOnlySpan<char> Version, Release;

        Parts(ReadOnlySpan<char> epoch, ReadOnlySpan<char> version, ReadOnlySpan<char> release)
        {
            this.epoch = epoch.TrimStart('0');
            Version = version;
            Release = release;
        }


        public static Parts Of(ReadOnlySpan<char> evr)
        {
            var digits = 0;
            while (digits < evr.Length && char.IsAsciiDigit(evr[digits])) digits++;
            var epoch = digits < evr.Length && evr[digits] == ':' ? evr[..digits] : default;
            var rest = digits < evr.Length && evr[digits] == ':' ? evr[(digits + 1)..] : evr;
            var dash = rest.LastIndexOf('-');
            return dash < 0 ? new(epoch, rest, default) : new(epoch, rest[..dash], rest[(dash + 1)..]);
        }

        /// <summary>None is 0. Numbers of any length, without their leading zeros.</summary>
        public int Epoch(Parts other) => epoch.Length != other.epoch.Length ? epoch.Length - other.epoch.Length : epoch.SequenceCompareTo(other.epoch);
    }
}
