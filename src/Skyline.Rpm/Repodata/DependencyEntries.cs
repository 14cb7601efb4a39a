namespace Skyline.Rpm;

/// <summary>
/// A package's dependencies in its primary fragment, cleaned as createrepo_c cleans them: no rpmlib() features, nothing the
/// package provides itself, no own files, nothing twice, and of libc.so.6's symbol versions only the highest.
/// </summary>
sealed class DependencyEntries
{
    const int KeptCapacity = 4096; // what a common package never exceeds; an uncommon one's memory is given back

    readonly HeaderTextComparer texts = new();
    readonly HashSet<HeaderDependency> provided;
    readonly Dictionary<HeaderText, HeaderDependency> required;
    readonly HashSet<HeaderText> wantedFiles;
    readonly HashSet<HeaderText> ownFiles;
    readonly DependencyList requires = new();
    readonly DependencyList recommends = new();
    readonly DependencyList list = new();

    public DependencyEntries()
    {
        provided = new(texts);
        required = new(texts);
        wantedFiles = new(texts);
        ownFiles = new(texts);
    }

    /// <summary>Looks which files the package requires, so that <see cref="Owns"/> can tell which of them are its own.</summary>
    public void Begin(RpmHeader header)
    {
        Forget();
        texts.Header = header.Bytes;
        requires.Add(header, DependencyKind.Requires);
        foreach (var require in requires.Items)
        {
            var name = texts[require.Name];
            if (name is [(byte)'/', ..] && FileEntries.IsPrimary(name))
                wantedFiles.Add(require.Name);
        }
    }

    /// <summary>Lets go of the package: a thread's writer outlives it.</summary>
    public void Forget()
    {
        provided.Clear();
        required.Clear();
        wantedFiles.Clear();
        ownFiles.Clear();
        if (provided.Capacity + required.Capacity + wantedFiles.Capacity + ownFiles.Capacity > KeptCapacity)
        {
            provided.TrimExcess();
            required.TrimExcess();
            wantedFiles.TrimExcess();
            ownFiles.TrimExcess();
        }
        requires.Clear();
        recommends.Clear();
        list.Clear();
        texts.Header = default;
    }

    /// <summary>One of the package's primary files.</summary>
    public void Owns(ReadOnlySpan<byte> path)
    {
        if (wantedFiles.Count > 0 && wantedFiles.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(path, out var wanted))
            ownFiles.Add(wanted);
    }

    public void Write(RpmHeader header, XmlBuffer xml)
    {
        WriteProvides(header, xml);
        WriteRequires(xml);
        WriteAll(xml, "conflicts"u8, Fresh().Add(header, DependencyKind.Conflicts));
        WriteAll(xml, "obsoletes"u8, Fresh().Add(header, DependencyKind.Obsoletes));
        WriteAll(xml, "suggests"u8, WithOld(Fresh().Add(header, DependencyKind.Suggests), header, suggests: true, strong: false));
        WriteAll(xml, "enhances"u8, WithOld(Fresh().Add(header, DependencyKind.Enhances), header, suggests: false, strong: false));
        WriteAll(xml, "recommends"u8, WithOld(recommends.Add(header, DependencyKind.Recommends), header, suggests: true, strong: true));
        WriteAll(xml, "supplements"u8, WithOld(Fresh().Add(header, DependencyKind.Supplements), header, suggests: false, strong: true));
    }

    DependencyList Fresh()
    {
        list.Clear();
        return list;
    }

    /// <summary>Before rpm 4.12, SUSE and others kept weak dependencies under other tags, one bit telling which kind they are.</summary>
    static DependencyList WithOld(DependencyList list, RpmHeader header, bool suggests, bool strong)
    {
        bool OfStrength(HeaderDependency d) => d.Has(DependencyFlags.Strong) == strong;
        return suggests
            ? list.Add(header, RpmTag.OldSuggestsName, RpmTag.OldSuggestsFlags, RpmTag.OldSuggestsVersion, OfStrength)
            : list.Add(header, RpmTag.OldEnhancesName, RpmTag.OldEnhancesFlags, RpmTag.OldEnhancesVersion, OfStrength);
    }

    void WriteProvides(RpmHeader header, XmlBuffer xml)
    {
        var provides = Fresh().Add(header, DependencyKind.Provides);
        foreach (var one in provides.Items)
        {
            if (DependencyXml.HasSoundEpoch(texts[one.Evr]))
                provided.Add(one);
        }
        WriteAll(xml, "provides"u8, provides);
    }

    void WriteRequires(XmlBuffer xml)
    {
        HeaderDependency? libc = null;
        var kept = 0;
        var items = requires.Items;
        for (var i = 0; i < items.Count; i++)
        {
            var one = items[i];
            if (IsLeftOut(one))
                continue;
            if (one.Has(DependencyFlags.MissingOk))
                recommends.Items.Add(one);
            else if (texts[one.Name].StartsWith("libc.so.6"u8))
                libc = libc is { } other && !LibcSymbols.IsHigher(texts[one.Name], texts[other.Name]) ? other : one;
            else
                required[one.Name] = items[kept++] = one;
        }
        items.RemoveRange(kept, items.Count - kept);
        if (libc is { } highest)
            items.Add(highest);
        WriteAll(xml, "requires"u8, requires, withPre: true);
    }

    bool IsLeftOut(HeaderDependency one)
    {
        var name = texts[one.Name];
        if (name.StartsWith("rpmlib("u8) || ownFiles.Contains(one.Name) || provided.Contains(one))
            return true;
        // As createrepo_c: only the last one of that name is looked at.
        var twice = required.TryGetValue(one.Name, out var before) && before.Pre == one.Pre && texts.Equals(before, one);
        return twice || !DependencyXml.HasSoundEpoch(texts[one.Evr]);
    }

    void WriteAll(XmlBuffer xml, ReadOnlySpan<byte> element, DependencyList from, bool withPre = false)
    {
        var start = xml.Length;
        xml.Raw("    <rpm:"u8).Raw(element).Raw(">\n"u8);
        var any = false;
        foreach (var one in from.Items)
        {
            if (!DependencyXml.HasSoundEpoch(texts[one.Evr]))
                continue;
            any = true;
            DependencyXml.Write(xml, texts[one.Name], one.Comparison, texts[one.Evr], withPre && one.Pre);
        }
        if (any)
            xml.Raw("    </rpm:"u8).Raw(element).Raw(">\n"u8);
        else
            xml.CutTo(start);
    }
}
