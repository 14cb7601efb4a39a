namespace Skyline.Server.Storage;

/// <summary>
/// Which builds were made or changed, for whoever keeps something of all of them in memory. The writer's own connection says so (triggers, see <see cref="SqliteFile"/>), so nothing that writes builds can forget to; it costs a write nothing but a number.
/// </summary>
sealed class ChangedBuilds
{
    /// <summary>Whoever has not looked for so many reads everything again.</summary>
    const int MostKept = 200_000;

    readonly Lock turn = new();
    readonly List<long> written = [];
    HashSet<long>? committed;
    bool tooMany;

    /// <summary>Of the transaction that is open; one at a time writes.</summary>
    public void Written(long build) => written.Add(build);

    /// <summary>Before whoever wrote is told. (What was undone is read again for nothing.)</summary>
    public void Committed()
    {
        if (written.Count == 0) return;
        lock (turn)
        {
            if (committed is not null && !(tooMany |= committed.Count + written.Count > MostKept)) committed.UnionWith(written);
        }
        written.Clear();
        if (written.Capacity > MostKept) written.Capacity = 0;
    }

    /// <summary>Another server has changed it; after its commit.</summary>
    public void Heard(long build)
    {
        lock (turn)
        {
            if (committed is not null && !(tooMany |= committed.Count >= MostKept)) committed.Add(build);
        }
    }

    /// <summary>Which ones others have changed is not known.</summary>
    public void HeardOfTooMany()
    {
        lock (turn) tooMany = committed is not null;
    }

    /// <summary>Those since the last time, to be read after this; the first time nothing is known, and everything is to be read.</summary>
    /// <returns>Null: everything is to be read (again).</returns>
    public IReadOnlyCollection<long>? Take()
    {
        lock (turn)
        {
            var taken = tooMany ? null : committed;
            (committed, tooMany) = ([], false);
            return taken;
        }
    }
}
