namespace Skyline.Server.Repos;

/// <summary>Which packages leave a tag's repositories, and which come.</summary>
sealed record Difference(IReadOnlyList<HeldRpm> Gone, IReadOnlyList<HeldRpm> Come)
{
    public static Difference Of(IReadOnlyList<HeldRpm> now, IReadOnlyList<HeldRpm> wanted)
    {
        var (held, holds) = (now.ToHashSet(SameCopy.There), wanted.ToHashSet(SameCopy.There));
        return new([.. now.Where(rpm => !holds.Contains(rpm))], [.. wanted.Where(rpm => !held.Contains(rpm))]);
    }

    /// <returns>The repository's entries after it, in order; the very same array if nothing of it concerns them.</returns>
    public RepoEntry[] Apply(string repo, RepoEntry[] sorted)
    {
        var gone = Gone.Where(rpm => rpm.Repo == repo).Select(rpm => rpm.SignedId!.Value).ToHashSet();
        RepoEntry[] come = [.. Come.Where(rpm => rpm.Repo == repo).Select(rpm => rpm.Entry).Order()];
        if (gone.Count == 0 && come.Length == 0) return sorted;
        var after = new List<RepoEntry>(sorted.Length + come.Length);
        var next = 0;
        foreach (var entry in sorted)
        {
            while (next < come.Length && come[next].CompareTo(entry) < 0) after.Add(come[next++]);
            if (!gone.Contains(entry.SignedId)) after.Add(entry);
        }
        after.AddRange(come.AsSpan(next));
        return [.. after];
    }

    /// <summary>Signed anew, a package is another one to a repository.</summary>
    sealed class SameCopy : IEqualityComparer<HeldRpm>
    {
        public static SameCopy There { get; } = new();

        public bool Equals(HeldRpm? x, HeldRpm? y) => x!.SignedId == y!.SignedId && x.Repo == y.Repo;

        public int GetHashCode(HeldRpm rpm) => HashCode.Combine(rpm.SignedId, rpm.Repo);
    }
}
