namespace Skyline.Rpm;

/// <summary>Dependencies of a header, gathered for one element of metadata. The list is used again for the next package.</summary>
sealed class DependencyList
{
    const int KeptCapacity = 4096; // what a common package never exceeds

    readonly List<HeaderDependency> items = [];

    public List<HeaderDependency> Items => items;

    public void Clear()
    {
        items.Clear();
        if (items.Capacity > KeptCapacity)
            items.Capacity = KeptCapacity;
    }

    /// <summary>Appends all of one kind. Without flags and versions beside the names (ancient packages) createrepo_c sees none, nor is one seen here.</summary>
    public DependencyList Add(RpmHeader header, RpmTag name, RpmTag flag, RpmTag version, Predicate<HeaderDependency>? only = null)
    {
        var names = header.StringsOf(name);
        var flags = header.NumbersOf(flag);
        var versions = header.StringsOf(version);
        if (flags.Count == 0 || versions.Count == 0)
            return this;
        var (nameAt, versionAt) = (header.OffsetOf(name), header.OffsetOf(version));
        for (var i = 0; i < names.Count; i++)
        {
            var (nameLength, versionLength) = (names.Next().Length, versions.Next().Length);
            var found = new HeaderDependency(new(nameAt, nameLength), (uint)flags[i], new(versionAt, versionLength));
            if (only is null || only(found))
                items.Add(found);
            nameAt += nameLength + 1;
            versionAt += versionLength + 1;
        }
        return this;
    }

    public DependencyList Add(RpmHeader header, DependencyKind kind)
    {
        var (name, flags, version) = Dependency.TagsOf(kind);
        return Add(header, name, flags, version);
    }
}
