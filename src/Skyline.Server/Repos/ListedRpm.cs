using System.Data;
using Skyline.Rpm;
using Skyline.Server.Storage;

namespace Skyline.Server.Repos;

/// <summary>A package in one of a tag's repositories, as lists of changes name it.</summary>
sealed record ListedRpm(string Repo, Nevra Nevra)
{
    sealed record Row(long Id, string RepoClass, string Name, long Epoch, string Version, string Release, string Arch)
    {
        public Nevra Nevra => new(Name, (int)Epoch, Version, Release, Arch);
    }

    const string Select = "SELECT id AS Id, repo_class AS RepoClass, name AS Name, epoch AS Epoch, version AS Version, release AS Release, arch AS Arch FROM rpms";

    /// <param name="arches">Of the tag that holds the builds.</param>
    public static IReadOnlyList<ListedRpm> OfBuilds(IDbConnection db, IReadOnlyList<string> arches, IEnumerable<long> builds) =>
        [.. builds.Chunk(500).SelectMany(some => db.All<Row>(Select + " WHERE build_id IN @some", new { some }))
            .SelectMany(row => HeldRpm.ReposOf(Enum.Parse<RepoClass>(row.RepoClass), row.Arch, arches).Select(repo => new ListedRpm(repo, row.Nevra)))];

    public static IReadOnlyList<ListedRpm> OfRpms(IDbConnection db, IEnumerable<(string Repo, long RpmId)> rpms) =>
        [.. rpms.Chunk(500).SelectMany(some =>
        {
            var rows = db.All<Row>(Select + " WHERE id IN @ids", new { ids = some.Select(rpm => rpm.RpmId).Distinct() }).ToDictionary(row => row.Id);
            return some.Select(rpm => new ListedRpm(rpm.Repo, rows[rpm.RpmId].Nevra));
        })];
}
